"""Boxes and bounded reading of an ISO base media file (ISO/IEC 14496-12)."""

from collections.abc import Iterator
from typing import NamedTuple

from photochanger.imaging.errors import UnreadablePicture

_MAX_BOXES = 5_000


class Box(NamedTuple):
    """One box; `start` and `end` bound its payload."""

    kind: bytes
    start: int
    end: int


class Reader:
    """Big-endian numbers from a slice of the file; reading past its end raises `UnreadablePicture`."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data = data
        self._position = start
        self._end = end

    @property
    def position(self) -> int:
        return self._position

    def take(self, count: int) -> bytes:
        start, self._position = self._position, self._position + count
        if self._position > self._end:
            raise UnreadablePicture("a HEIF box is cut short")
        return self._data[start : self._position]

    def number(self, size_bytes: int) -> int:
        return int.from_bytes(self.take(size_bytes), "big")


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that fill `start` to `end`.

    Raises:
        UnreadablePicture: a box ends past `end`, or there are more than any photo has.
    """
    for _ in range(_MAX_BOXES):
        if start == end:
            return
        reader = Reader(data, start, end)
        size, kind = reader.number(4), reader.take(4)
        if size == 1:
            size = reader.number(8)
        elif size == 0:
            size = end - start
        if start + size > end or size < reader.position - start:
            raise UnreadablePicture("a HEIF box ends past the data")
        yield Box(kind, reader.position, start + size)
        start += size
    raise UnreadablePicture("the HEIF has too many boxes")
