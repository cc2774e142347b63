"""Fetches a result by the link that a provider named, which is not trusted."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs
from yarl import URL

from photochanger.provider_worker.answer_places import reading_at
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import AnswerPlace
from photochanger.provider_worker.safe_target import Resolve, Target, TargetCheck, UnsafeTarget, resolve
from photochanger.provider_worker.status_failure import status_failure

CONNECT_SECONDS = 3.0
#: Silence of the server; the whole fetch is cut with the attempt.
SILENCE_SECONDS = 10.0
MAX_PICTURE_BYTES = 30_000_000
MAX_REDIRECTS = 2

_MAY_PASS = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
#: 304 is no way to anywhere.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 2**16

#: Headers for the provider's configured server and no other: its key.
OwnHeaders = Callable[[], Awaitable[Mapping[str, str]]]


class TooLong(Exception):
    """The picture is longer than any of use."""


class ResultDownload:
    """Connects to a checked address and no other; `own_headers` go to the provider's configured server only."""

    def __init__(self, http: aiohttp.ClientSession, check: TargetCheck, own_headers: OwnHeaders) -> None:
        self._http = http
        self._check = check
        self._own_headers = own_headers

    async def fetch(self, url: str, place: AnswerPlace) -> bytes:
        """Give the bytes behind the link, at most `MAX_PICTURE_BYTES`, read at `place`; what they are is judged later.

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
        except TooLong:
            detail = f"the result has more than {MAX_PICTURE_BYTES} bytes"
            raise ProviderFailure(FailureKind.BAD_PICTURE, detail) from None
        except aiohttp.ServerTimeoutError as error:
            raise _timeout(error) from None
        except aiohttp.ClientError as error:
            raise ProviderFailure(FailureKind.TRANSPORT, type(error).__name__) from None
        except ValueError:
            raise ProviderFailure(FailureKind.UNSAFE_LINK, "the result's link cannot be read") from None
        except OSError:
            raise ProviderFailure(FailureKind.TRANSPORT, "the result's host is not known") from None
        detail = f"the result's link is redirected more than {MAX_REDIRECTS} times"
        raise ProviderFailure(FailureKind.UNSAFE_LINK, detail)

    async def _step(self, url: str, place: AnswerPlace) -> bytes | str:
        """Give the bytes, or where the server says that they are."""
        target = await self._check.target(url)
        async with await self._send(target) as response:
            if response.status in _REDIRECTS and hdrs.LOCATION in response.headers:
                return urljoin(url, response.headers[hdrs.LOCATION])
            return await _read(response, place)

    async def _send(self, target: Target) -> aiohttp.ClientResponse:
        """Try the addresses in turn, as connecting to a name would."""
        for address in target.addresses[:-1]:
            try:
                return await self._send_to(address, target)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                continue
        return await self._send_to(target.addresses[-1], target)

    async def _send_to(self, address: str, target: Target) -> aiohttp.ClientResponse:
        own = await self._own_headers() if target.is_own else {}
        host = f"[{address}]" if ":" in address else address
        return await self._http.get(
            URL(f"{target.scheme}://{host}:{target.port}{target.path}", encoded=True),
            headers={hdrs.HOST: _authority(target), **own},
            # TLS is for the name, whatever address it was found at
            server_hostname=target.host if target.scheme == "https" else None,
            allow_redirects=False,
        )


def patience(silence_seconds: float = SILENCE_SECONDS) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=silence_seconds)


@asynccontextmanager
async def result_download(
    base_url: str,
    result_hosts: Sequence[str],
    own_headers: OwnHeaders,
    *,
    resolver: Resolve = resolve,
    connector: aiohttp.TCPConnector | None = None,
) -> AsyncIterator[ResultDownload]:
    """Open the download of one provider's results; see `TargetCheck` for its hosts.

    No proxy between, no connection used for a second name, no cookies, and a small compressed body stays small.
    """
    own = connector or aiohttp.TCPConnector(limit=0, force_close=True, ssl=ssl.create_default_context())
    async with aiohttp.ClientSession(
        connector=own,
        timeout=patience(),
        headers={hdrs.ACCEPT_ENCODING: "identity"},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    ) as http:
        yield ResultDownload(http, TargetCheck(base_url, result_hosts, resolver), own_headers)


def _authority(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return host if target.port == usual else f"{host}:{target.port}"


def _timeout(error: aiohttp.ServerTimeoutError) -> ProviderFailure:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ProviderFailure(FailureKind.TRANSPORT, "no connection in time")
    return ProviderFailure(FailureKind.TIMEOUT, "no answer in time")


async def _read(response: aiohttp.ClientResponse, place: AnswerPlace) -> bytes:
    if 400 <= response.status < 500 and response.status not in _MAY_PASS:
        raise ProviderFailure(FailureKind.NO_IMAGE, f"the result's link answers HTTP {response.status}")
    if response.status != HTTPStatus.OK:
        raise status_failure(response.status, retry_after=response.headers.get(hdrs.RETRY_AFTER, ""))
    if (response.content_length or 0) > MAX_PICTURE_BYTES:
        raise TooLong
    async with reading_at(place):
        return await _bounded(response)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    chunks, size = [], 0
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        size += len(chunk)
        if size > MAX_PICTURE_BYTES:
            raise TooLong
        chunks.append(chunk)
    return b"".join(chunks)
