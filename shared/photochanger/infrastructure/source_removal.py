"""Removes the photos of ended jobs, those of half a second in one call to the store."""

import asyncio

from photochanger.infrastructure.media_store import Bucket, MediaStore

#: A photo may lie for 5 s after its job's end.
GATHER_SECONDS = 0.5


class SourceRemoval:
    """One of ten photos removed together costs the store and us half of what it costs alone.

    What a process did not come to before it died is the janitor's.
    """

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._keys: list[str] = []

    async def remove(self, key: str) -> None:
        """Remove the photo within half a second: the first of those who come together removes them all.

        Raises:
            StoreUnavailable: the first one's call failed; they are the janitor's.
        """
        self._keys.append(key)
        if len(self._keys) > 1:
            return
        try:
            await asyncio.sleep(GATHER_SECONDS)
        finally:
            keys, self._keys = self._keys, []
        await self._store.delete_all(Bucket.SOURCES, keys)
