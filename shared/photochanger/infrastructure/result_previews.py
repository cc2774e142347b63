"""Small copies of results: made at the first view, kept beside the result, gone with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from weakref import WeakValueDictionary

from photochanger.infrastructure.media_keys import PreviewSize, preview_key
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.observability import get_logger

CONTENT_TYPE = "image/jpeg"
#: Results being read and shrunk at once; what bounds the memory of a gallery's first view.
AT_ONCE = 2
#: The store has so long for each picture.
STORE_SECONDS = 1.5

log = get_logger(__name__)


class Preview(NamedTuple):
    data: bytes
    content_type: str


class ResultPreviews:
    """Previews of results by the result's key; several first viewers of one share its making.

    Whether the result may be shown is the caller's to ask, each time: from the row, before `get`.
    """

    def __init__(self, store: MediaStore, make: Callable[[bytes, int], Awaitable[bytes]]) -> None:
        """`make` shrinks a picture to a JPEG of at most so many pixels a side: `GuardedDecoder.preview`."""
        self._store = store
        self._make = make
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._makers: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, result_key: str, size: PreviewSize) -> Preview:
        """The preview, from the store or made now.

        Raises:
            ObjectMissing: the store has no such result.
            StoreUnavailable: the store does not give it.
            PictureError: the result cannot be decoded.
        """
        name = preview_key(result_key, size)
        stored = await self._stored(name)
        if stored is None:
            async with self._makers.setdefault(name, asyncio.Lock()):
                stored = await self._stored(name) or await self._made(result_key, size, name)
        return Preview(stored, CONTENT_TYPE)

    async def _stored(self, name: str) -> bytes | None:
        try:
            return await self._store.get(Bucket.RESULTS, name, timeout_seconds=STORE_SECONDS)
        except ObjectMissing:
            return None

    async def _made(self, result_key: str, size: PreviewSize, name: str) -> bytes:
        async with self._turns:
            result = await self._store.get(Bucket.RESULTS, result_key, timeout_seconds=STORE_SECONDS)
            made = await self._make(result, size.value)
        try:
            await self._store.put(Bucket.RESULTS, name, made, content_type=CONTENT_TYPE, timeout_seconds=STORE_SECONDS)
        except StoreUnavailable as error:
            log.warning("preview_not_kept", key=name, error=str(error), next="made again at the next view")
        return made
