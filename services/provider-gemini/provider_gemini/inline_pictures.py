"""Pictures put into a request's body while it is sent, in place of the marks that the SDK has encoded.

The SDK's `json.dumps` of a 3 MB picture costs 18 ms of the process's one thread and four copies that live as long as
the call. Here a picture is encoded piece by piece on its way into the socket, and let go of behind its last piece: a
call that waits for its answer holds none.
"""

import base64
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
import pybase64

_MARK_BYTES = 30
#: A multiple of 3, so that only a picture's last piece is padded; encoded it is as long as a socket takes at once.
_PIECE_BYTES = 3 * 2**14


class OutgoingPictures:
    """The pictures of one request, in order; sent once, because they are gone then."""

    def __init__(self, pictures: Iterable[bytes]) -> None:
        self._pictures = deque(pictures)

    def __len__(self) -> int:
        return len(self._pictures)

    def sizes(self) -> tuple[int, ...]:
        """Give each picture's length as base64."""
        return tuple((len(picture) + 2) // 3 * 4 for picture in self._pictures)

    def next_encoded(self) -> Iterator[bytes]:
        """Let the next picture go, as pieces of base64."""
        picture = memoryview(self._pictures.popleft())
        for start in range(0, len(picture), _PIECE_BYTES):
            yield pybase64.b64encode(picture[start : start + _PIECE_BYTES])


_outgoing: ContextVar[OutgoingPictures | None] = ContextVar("gemini_inline_pictures", default=None)


def mark(index: int) -> bytes:
    """Give the bytes that stand for picture `index` in what the SDK is given: as base64 one unbroken word."""
    return f"inline-picture-{index:03}".encode().ljust(_MARK_BYTES, b".")


class FilledBody(aiohttp.AsyncIterablePayload):
    """A body with the pictures in place of their marks, of known length.

    Raises:
        ValueError: a mark is missing (the SDK encodes otherwise than it did), or the pictures are sent already.
    """

    def __init__(self, body: bytes, pictures: OutgoingPictures) -> None:
        if not pictures:
            raise ValueError("the pictures are sent already")
        texts = _between_marks(body, len(pictures))
        size = sum(map(len, texts)) + sum(pictures.sizes())
        super().__init__(_pieces(texts, pictures), content_type="application/json")
        self._size = size


def _between_marks(body: bytes, count: int) -> list[bytes]:
    texts: list[bytes] = []
    rest = body
    for index in range(count):
        before, found, rest = rest.partition(base64.urlsafe_b64encode(mark(index)))
        if not found:
            raise ValueError(f"the body has no place for picture {index}")
        texts.append(before)
    return [*texts, rest]


async def _pieces(texts: list[bytes], pictures: OutgoingPictures) -> AsyncIterator[bytes]:
    *before, last = texts
    for text in before:
        yield text
        for piece in pictures.next_encoded():
            yield piece
    yield last


@contextmanager
def sending(pictures: OutgoingPictures) -> Iterator[None]:
    """Make the request that this task sends within the block carry `pictures`."""
    token = _outgoing.set(pictures)
    try:
        yield
    finally:
        _outgoing.reset(token)


async def fill_in(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Put the task's pictures into the body of its request: a middleware of the client session."""
    pictures = _outgoing.get()
    if pictures is not None and isinstance(request.body, aiohttp.BytesPayload):
        await request.update_body(FilledBody(await request.body.as_bytes(), pictures))
    return await handler(request)
