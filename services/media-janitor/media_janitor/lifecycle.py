"""Buckets and the lifecycle rules that back the janitor up."""

from photochanger.infrastructure.media_store import MediaStore, StoreUnavailable
from photochanger.observability import get_logger

log = get_logger(__name__)


class Lifecycle:
    """Ensures the buckets once; until the store let it, `missing` says so."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._is_ensured = False

    async def ensure(self) -> None:
        """Do it if it was not done yet; a store that is down is waited for by calling again."""
        if self._is_ensured:
            return
        try:
            await self._store.ensure_buckets()
        except StoreUnavailable as error:
            log.warning("buckets_not_ensured_next_round_tries_again", error=repr(error))
            return
        self._is_ensured = True

    async def missing(self) -> str | None:
        return None if self._is_ensured else "buckets and lifecycle rules are not set up yet"
