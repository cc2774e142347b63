"""Answers are read one bounded piece of memory at a time, and only when the loop has a place for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp

from photochanger.provider_worker.answer_places import reading_at
from photochanger.provider_worker.ports import AnswerPlace

#: The largest picture as base64 with room to spare: 36 MB.
MAX_ANSWER_BYTES = 48 * 2**20

_place: ContextVar[AnswerPlace | None] = ContextVar("gemini_answer_place", default=None)


class AnswerTooLong(aiohttp.ClientError):
    """The body is longer than any answer of use."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"more than {max_bytes} bytes")
        self.max_bytes = max_bytes


@contextmanager
def read_at(place: AnswerPlace) -> Iterator[None]:
    """Make the answers that this task reads within the block wait for `place`."""
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)


class BoundedResponse(aiohttp.ClientResponse):
    """Waits for the task's place before it reads a body, and reads no more than `MAX_ANSWER_BYTES`."""

    async def read(self) -> bytes:
        if self._body is None:
            try:
                self._body = await self._read_at_place(_place.get())
            except BaseException:
                self.close()
                raise
        return await super().read()

    async def _read_at_place(self, place: AnswerPlace | None) -> bytes:
        if place is None:
            return await _whole(self.content)
        async with reading_at(place):
            return await _whole(self.content)


async def _whole(content: aiohttp.StreamReader) -> bytes:
    chunks, size = [], 0
    while chunk := await content.readany():
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise AnswerTooLong(MAX_ANSWER_BYTES)
        chunks.append(chunk)
    return b"".join(chunks)
