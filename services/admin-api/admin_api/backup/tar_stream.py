"""A tar file written and read piece by piece: plain files only, never a whole file in memory."""

import tarfile
from collections.abc import AsyncIterator

_BLOCK = tarfile.BLOCKSIZE
#: Two empty blocks end a tar file.
END = b"\0" * (2 * _BLOCK)
MAX_NAME_BYTES = 100


class UnreadableTar(ValueError):
    """It is no tar file, holds what ours never do, or ends too early."""


def tar_header(name: str, size_bytes: int) -> bytes:
    """Give the block before a member's bytes; times and owners are not kept, so that equal contents are equal files."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size_bytes, 0o600, 0
    return entry.tobuf(tarfile.USTAR_FORMAT)


def tar_padding(size_bytes: int) -> bytes:
    """Give what fills a member's last block."""
    return b"\0" * (-size_bytes % _BLOCK)


class TarReader:
    """Reads members in order: `next` gives one's name and size, then `content` must be read to its end."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = bytearray()
        self._left = 0
        self._padding = 0

    async def next(self) -> tuple[str, int] | None:
        """Give the next member, None at the file's end.

        Raises:
            UnreadableTar: no member stands there.
        """
        if self._left:
            raise RuntimeError("the member before was not read to its end")
        await self._exactly(self._padding)
        block = await self._exactly(_BLOCK)
        if not block.strip(b"\0"):
            if (await self._exactly(_BLOCK)).strip(b"\0"):
                raise UnreadableTar("one empty block is no end")
            return None
        try:
            entry = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise UnreadableTar("no tar header") from error
        if not entry.isreg() or entry.size < 0:
            raise UnreadableTar("not a plain file")
        self._left, self._padding = entry.size, -entry.size % _BLOCK
        return entry.name, entry.size

    async def content(self) -> bytes:
        """Give the member's bytes; ask for `next`'s size first, it is all in memory."""
        data = await self._exactly(self._left)
        self._left = 0
        return data

    async def finish(self) -> None:
        """Read what may follow the end: padding of the file itself.

        Raises:
            UnreadableTar: something else follows.
        """
        if any(self._buffer):
            raise UnreadableTar("something follows the end")
        async for piece in self._pieces:
            if any(piece):
                raise UnreadableTar("something follows the end")

    async def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            piece = await anext(self._pieces, b"")
            if not piece:
                raise UnreadableTar("it ends too early")
            self._buffer += piece
        with memoryview(self._buffer) as whole:
            data = bytes(whole[:count])
        del self._buffer[:count]
        return data
