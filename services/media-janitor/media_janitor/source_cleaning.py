"""Photos as posted: gone when their job has ended or never was."""

from collections.abc import Callable
from datetime import datetime

from media_janitor.cleaning import Cleaning
from media_janitor.orphans import SourceJudge, job_of_source
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectInfo

PAGE = 500
#: The bucket is small by design; more than this waits for the next round.
MAX_OBJECTS = 10_000


class SourceCleaning:
    def __init__(self, store: MediaStore, upkeep: JobUpkeep, now: Callable[[], datetime]) -> None:
        self._store = store
        self._upkeep = upkeep
        self._now = now
        self._judge = SourceJudge()

    async def clean(self, cleaning: Cleaning) -> None:
        """Delete every source that is nobody's.

        Raises:
            StoreUnavailable, DatabaseUnavailable: what is left is the next round's.
        """
        sources = await self._all_sources()
        job_ids = {job_id for source in sources if (job_id := job_of_source(source.key)) is not None}
        statuses = await self._upkeep.statuses(job_ids)
        verdicts = self._judge.judge(sources, statuses, now=self._now())
        await cleaning.delete_each(Bucket.SOURCES, verdicts)

    async def _all_sources(self) -> list[ObjectInfo]:
        found: list[ObjectInfo] = []
        last: str | None = None
        while len(found) < MAX_OBJECTS:
            page = await self._store.list(Bucket.SOURCES, limit=PAGE, start_after=last)
            found += page
            if len(page) < PAGE:
                break
            last = page[-1].key
        return found
