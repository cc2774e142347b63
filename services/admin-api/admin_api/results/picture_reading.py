"""A stored picture, piece by piece, so that no process holds whole ones for slow clients."""

from collections.abc import AsyncIterator

from photochanger.infrastructure.media_store import Bucket, MediaStore

#: What a reader holds in memory.
PIECE_BYTES = 2**20
#: The store has so long for one piece.
PIECE_SECONDS = 1.5


async def picture_pieces(
    store: MediaStore, key: str, *, size_bytes: int, first_bytes: int = PIECE_BYTES
) -> AsyncIterator[bytes]:
    """Give the picture; the first piece may be longer.

    Raises:
        ObjectMissing: it is not there, or not any more.
        StoreUnavailable: the store does not give it.
    """
    offset, length = 0, first_bytes
    while offset < size_bytes:
        length = min(length, size_bytes - offset)
        yield await store.get(Bucket.RESULTS, key, offset=offset, length=length, timeout_seconds=PIECE_SECONDS)
        offset, length = offset + length, PIECE_BYTES
