"""Fetches a result by the link that the provider named, which is not trusted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

import httpx

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import AnswerPlace
from provider_turbotext.api_client import (
    AS_IT_IS,
    CONNECT_SECONDS,
    CurrentKey,
    TooLong,
    failure_of,
    read_bounded,
    translate,
)
from provider_turbotext.safe_target import Target, TargetCheck, UnsafeTarget

MAX_PICTURE_BYTES = 30_000_000
MAX_REDIRECTS = 2
#: Silence of the server; the whole fetch is cut with the attempt.
SILENCE_SECONDS = 10.0
#: Who reads slower than this lets others have the place.
PATIENCE_SECONDS = 2.0

_MAY_PASS = frozenset({408, 429})


class Download:
    """Connects to the checked address and no other; the key goes along to the provider's configured server only."""

    def __init__(self, client: httpx.AsyncClient, check: TargetCheck, key: CurrentKey) -> None:
        self._client = client
        self._check = check
        self._key = key

    async def fetch(self, url: str, place: AnswerPlace) -> bytes:
        """Give the bytes behind the link, read at `place`; what they are is not judged here.

        Raises:
            ProviderFailure: the link is unsafe (`UNSAFE_LINK`), its picture is gone, or the way there is broken.
        """
        try:
            for _ in range(MAX_REDIRECTS + 1):
                found = await self._step(url, place)
                if isinstance(found, bytes):
                    return found
                url = found
        except UnsafeTarget as error:
            raise ProviderFailure(FailureKind.UNSAFE_LINK, str(error)) from None
        except TooLong as error:
            raise ProviderFailure(FailureKind.BAD_PICTURE, f"the result has {error}") from None
        except httpx.HTTPError as error:
            raise translate(error) from None
        except (ValueError, httpx.InvalidURL):
            raise ProviderFailure(FailureKind.UNSAFE_LINK, "the result's link cannot be read") from None
        except OSError:
            raise ProviderFailure(FailureKind.TRANSPORT, "the result's host is not known") from None
        raise ProviderFailure(
            FailureKind.UNSAFE_LINK, f"the result's link is redirected more than {MAX_REDIRECTS} times"
        )

    async def _step(self, url: str, place: AnswerPlace) -> bytes | str:
        """Give the bytes, or where the server says that they are."""
        target = await self._check.target(url)
        async with self._opened(url, target) as response:
            if response.has_redirect_location:
                return urljoin(url, response.headers["location"])
            return await _read(response, place)

    @asynccontextmanager
    async def _opened(self, url: str, target: Target) -> AsyncIterator[httpx.Response]:
        response = await self._send(url, target)
        try:
            yield response
        finally:
            await response.aclose()

    async def _send(self, url: str, target: Target) -> httpx.Response:
        """Try the addresses in turn, as connecting to a name would."""
        for address in target.addresses[:-1]:
            try:
                return await self._send_to(address, url, target)
            except httpx.ConnectError:
                continue
        return await self._send_to(target.addresses[-1], url, target)

    async def _send_to(self, address: str, url: str, target: Target) -> httpx.Response:
        named = httpx.URL(url)
        headers = {**AS_IT_IS, "Host": named.netloc.decode("ascii")}
        if target.is_own:
            headers["Authorization"] = f"Bearer {(await self._key()).get_secret_value()}"
        request = self._client.build_request(
            "GET",
            named.copy_with(host=address),
            headers=headers,
            # TLS is for the name, whatever address it was found at
            extensions={"sni_hostname": target.host},
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
        )
        return await self._client.send(request, stream=True)


async def _read(response: httpx.Response, place: AnswerPlace) -> bytes:
    if response.is_client_error and response.status_code not in _MAY_PASS:
        raise ProviderFailure(FailureKind.NO_IMAGE, f"the result's link answers HTTP {response.status_code}")
    if response.status_code != httpx.codes.OK:
        raise failure_of(response)
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_PICTURE_BYTES:
        raise TooLong(f"more than {MAX_PICTURE_BYTES} bytes")
    await place.take()
    patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, place.give_back)
    try:
        data = await read_bounded(response, MAX_PICTURE_BYTES)
    except BaseException:
        place.give_back()
        raise
    finally:
        patience.cancel()
    await place.take()
    return data
