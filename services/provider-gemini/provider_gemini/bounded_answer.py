"""Answers are read one bounded piece of memory at a time, and only when the loop has a place for them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import aiohttp

from photochanger.provider_worker.ports import AnswerPlace

#: The largest picture as base64 with room to spare: 36 MB.
MAX_ANSWER_BYTES = 48 * 2**20
#: Who reads slower than this lets others have the place, so that four dripping answers do not stop all others.
PATIENCE_SECONDS = 2.0

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


@dataclass
class _Body:
    """What has arrived so far."""

    content: aiohttp.StreamReader
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0

    async def read_on(self) -> bytes:
        while chunk := await self.content.readany():
            self.size += len(chunk)
            if self.size > MAX_ANSWER_BYTES:
                raise AnswerTooLong(MAX_ANSWER_BYTES)
            self.chunks.append(chunk)
        return b"".join(self.chunks)


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
        body = _Body(self.content)
        if place is None:
            return await body.read_on()
        await place.take()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS) as patience:
                return await body.read_on()
        except TimeoutError:
            if not patience.expired():
                raise
        place.give_back()
        whole = await body.read_on()
        await place.take()
        return whole
