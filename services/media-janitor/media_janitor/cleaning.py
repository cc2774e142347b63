"""What one round removed, or would have."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from media_janitor.orphans import Kind
from photochanger.failpoints import failpoint
from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from photochanger.observability import Telemetry, get_logger

#: Calls to the store at once.
AT_ONCE = 8

log = get_logger(__name__)


class Cleaning:
    """One round's hands and its memory; on a dry run nothing is touched, only counted."""

    def __init__(self, store: MediaStore, telemetry: Telemetry, *, is_dry_run: bool) -> None:
        self._store = store
        self._telemetry = telemetry
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.is_dry_run = is_dry_run
        self.removed: Counter[Kind] = Counter()
        self.missing = 0
        self.errors = 0

    async def delete_each(self, bucket: Bucket, verdicts: Mapping[str, Kind]) -> bool:
        """Delete the objects, some at once; one that resists is logged and left to the next round. Whether none did."""
        async with asyncio.TaskGroup() as group:
            deletions = [group.create_task(self._delete(bucket, key, kind)) for key, kind in verdicts.items()]
        return all(deletion.result() for deletion in deletions)

    async def _delete(self, bucket: Bucket, key: str, kind: Kind) -> bool:
        async with self._turns:
            try:
                if not self.is_dry_run:
                    await self._store.delete(bucket, key)
            except StoreUnavailable as error:
                self.failed(kind, error)
                return False
        failpoint("janitor.mid_batch")
        log.info("would_remove" if self.is_dry_run else "removed", kind=kind, key=key)
        self.count(kind, 1)
        return True

    def count(self, kind: Kind, removed: int) -> None:
        self.removed[kind] += removed
        if not self.is_dry_run and removed:
            self._telemetry.metrics.janitor_deleted.add(removed, {"kind": kind})

    def failed(self, work: str, error: Exception) -> None:
        self._telemetry.swallow(f"janitor.{work}", error, then="the next round tries again")
        self.errors += 1

    def summary(self) -> dict[str, object]:
        removed = {kind.value: self.removed[kind] for kind in Kind}
        return {"dry_run": self.is_dry_run, "removed": removed, "missing": self.missing, "errors": self.errors}
