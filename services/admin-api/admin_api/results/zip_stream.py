"""A ZIP written piece by piece: stored, not compressed, as pictures are compressed already."""

import zipfile
from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import IO, cast


class ZipStream:
    """What each method gives is to be sent before the next one is called; nothing else is kept of the members."""

    def __init__(self) -> None:
        self._sink = _Sink()
        # a file that cannot be sought makes it write each member's size behind the member
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._sink), "w", zipfile.ZIP_STORED)

    async def member(
        self, name: str, pieces: AsyncIterable[bytes], *, at: datetime, size_bytes: int
    ) -> AsyncIterator[bytes]:
        """Give a member, piece by piece; one that fails in the middle ends the archive."""
        about = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
        about.file_size = size_bytes
        with self._zip.open(about, "w") as member:
            async for piece in pieces:
                member.write(piece)
                for written in self._sink.taken():
                    yield written
        for written in self._sink.taken():
            yield written

    def end(self) -> list[bytes]:
        """Give the directory, which makes it an archive."""
        self._zip.close()
        return self._sink.taken()


class _Sink:
    """Takes what the archive writes, until somebody takes it out."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> list[bytes]:
        written, self._written = self._written, []
        return written
