"""Turbotext's API over HTTP: forms with the key, to the provider's own host and nowhere else."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import httpx
from pydantic import SecretStr

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.status_failure import status_failure

CONNECT_SECONDS = 3.0
#: Silence of a question that costs nothing; asked again it may fare better.
SILENCE_SECONDS = 10.0
#: Far more than any answer of the queue protocol.
MAX_ANSWER_BYTES = 2**20
#: A small compressed body may be a huge one.
AS_IT_IS: Mapping[str, str] = MappingProxyType({"Accept-Encoding": "identity"})

#: The key to make a call with: an administrator may change it at any moment.
CurrentKey = Callable[[], Awaitable[SecretStr]]


class TurbotextApi:
    """One method call is one POST; redirects are not followed, they would carry the key away."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, key: CurrentKey) -> None:
        self._client = client
        self.base_url = base_url
        self._key = key

    def with_key(self, key: CurrentKey) -> "TurbotextApi":
        """Give the same API called with another key."""
        return TurbotextApi(self._client, self.base_url, key)

    async def post(self, method: str, fields: Mapping[str, str], *, answer_seconds: float = SILENCE_SECONDS) -> bytes:
        """Give the body of a 200; `answer_seconds` bounds the silence before and within it.

        Raises:
            ProviderFailure: another status, or no whole answer.
        """
        key = await self._key()
        request = self._client.build_request(
            "POST",
            f"{self.base_url}/api_ai/{method}",
            data=dict(fields),
            headers={**AS_IT_IS, "Authorization": f"Bearer {key.get_secret_value()}"},
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
        )
        try:
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code != httpx.codes.OK:
                    raise status_failure(response.status_code, retry_after=response.headers.get("retry-after", ""))
                return await read_bounded(response, MAX_ANSWER_BYTES)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise translate(error) from None


class TooLong(httpx.DecodingError):
    """The body is longer than any answer of use."""


async def read_bounded(response: httpx.Response, max_bytes: int) -> bytes:
    """Give the whole body as it came.

    Raises:
        TooLong: it has more than `max_bytes`.
    """
    chunks, size = [], 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > max_bytes:
            raise TooLong(f"more than {max_bytes} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def translate(error: httpx.HTTPError) -> ProviderFailure:
    """Say what kind of failure a broken exchange is; the exception's text may quote what was sent."""
    if isinstance(error, TooLong):
        return ProviderFailure(FailureKind.GARBAGE, str(error))
    if isinstance(error, httpx.ConnectTimeout):
        return ProviderFailure(FailureKind.TRANSPORT, "no connection in time")
    if isinstance(error, httpx.TimeoutException):
        return ProviderFailure(FailureKind.TIMEOUT, "no answer in time")
    return ProviderFailure(FailureKind.TRANSPORT, type(error).__name__)
