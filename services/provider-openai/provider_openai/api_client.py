"""OpenAI's API over HTTP: requests with the key, to the configured address and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from photochanger.provider_worker.answer_places import reading_at
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import AnswerPlace
from provider_openai.request import OpenAICall

CONNECT_SECONDS = 3.0
#: The largest picture as base64 with room to spare: 36 MB.
MAX_ANSWER_BYTES = 48 * 2**20
#: Of an answer that is an error.
MAX_ERROR_BYTES = 64 * 2**10
#: Of the list of models, many times over.
MAX_LIST_BYTES = 2**20
#: Silence of a question that costs nothing.
LIST_SECONDS = 10.0


class TooLong(httpx.DecodingError):
    """The body is longer than any answer of use."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"more than {max_bytes} bytes")


class OpenAIApi:
    """One call is one request; redirects are not followed, they would carry the key away."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._client = client
        self._base_url = base_url

    async def edit(
        self, call: OpenAICall, key: SecretStr, place: AnswerPlace, *, answer_seconds: float
    ) -> tuple[httpx.Response, bytes]:
        """Give the answer, whatever its status, with its body; a 200 is read at `place`.

        `answer_seconds` bounds the silence before and within it.

        Raises:
            ProviderFailure: no whole answer.
        """
        request = self._client.build_request(
            "POST",
            f"{self._base_url}/v1/images/edits",
            data=dict(call.fields),
            files=call.pictures,
            headers=_headers(key),
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
        )
        async with self._answer_to(request) as response:
            if response.status_code != httpx.codes.OK:
                return response, await _start_of(response, MAX_ERROR_BYTES)
            async with reading_at(place):
                return response, await _whole(response, MAX_ANSWER_BYTES)

    async def list_models(self, key: SecretStr) -> tuple[httpx.Response, bytes]:
        """Give the answer to `GET /v1/models`, whatever its status, with its body; it costs nothing.

        Raises:
            ProviderFailure: no whole answer.
        """
        request = self._client.build_request(
            "GET",
            f"{self._base_url}/v1/models",
            headers=_headers(key),
            timeout=httpx.Timeout(LIST_SECONDS, connect=CONNECT_SECONDS),
        )
        async with self._answer_to(request) as response:
            return response, await _whole(response, MAX_LIST_BYTES)

    @asynccontextmanager
    async def _answer_to(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Send it; what breaks within the block is a `ProviderFailure`."""
        try:
            response = await self._client.send(request, stream=True)
            try:
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise _translate(error) from None


def _headers(key: SecretStr) -> dict[str, str]:
    # a small compressed body may be a huge one
    return {"Authorization": f"Bearer {key.get_secret_value()}", "Accept-Encoding": "identity"}


async def _whole(response: httpx.Response, max_bytes: int) -> bytes:
    chunks, size = [], 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > max_bytes:
            raise TooLong(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


async def _start_of(response: httpx.Response, max_bytes: int) -> bytes:
    start = b""
    async for chunk in response.aiter_raw():
        start += chunk
        if len(start) >= max_bytes:
            break
    return start[:max_bytes]


def _translate(error: httpx.HTTPError) -> ProviderFailure:
    """Say what kind of failure a broken exchange is; the exception's text may quote what was sent."""
    if isinstance(error, TooLong):
        return ProviderFailure(FailureKind.BAD_PICTURE, f"the answer has {error}")
    if isinstance(error, httpx.ConnectTimeout):
        return ProviderFailure(FailureKind.TRANSPORT, "no connection in time")
    if isinstance(error, httpx.TimeoutException):
        return ProviderFailure(FailureKind.TIMEOUT, "no answer in time")
    return ProviderFailure(FailureKind.TRANSPORT, type(error).__name__)
