"""Pictures that came too late to be anybody's result: found among those of the last two days."""

from collections.abc import Callable
from datetime import datetime, timedelta

from media_janitor.cleaning import Cleaning
from media_janitor.orphans import Kind, job_of_result, late_results
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import Bucket, MediaStore

#: Looked at per day and round; the next round goes on behind them and starts over at the end.
PAGE = 500


class LateResultCleaning:
    def __init__(self, store: MediaStore, upkeep: JobUpkeep, now: Callable[[], datetime]) -> None:
        self._store = store
        self._upkeep = upkeep
        self._now = now
        self._looked_at: dict[str, str] = {}

    async def clean(self, cleaning: Cleaning) -> None:
        """Delete late pictures among the next page of each day.

        Raises:
            StoreUnavailable, DatabaseUnavailable: what is left is a later round's.
        """
        now = self._now()
        days = [_day(now - timedelta(days=1)), _day(now)]
        self._looked_at = {day: key for day, key in self._looked_at.items() if day in days}
        for day in days:
            await self._clean_page(day, now, cleaning)

    async def _clean_page(self, day: str, now: datetime, cleaning: Cleaning) -> None:
        page = await self._store.list(Bucket.RESULTS, day, limit=PAGE, start_after=self._looked_at.get(day))
        job_ids = {job_id for picture in page if (job_id := job_of_result(picture.key)) is not None}
        statuses = await self._upkeep.statuses(job_ids)
        result_keys = await self._upkeep.result_keys(job_ids)
        await cleaning.delete(Kind.LATE_RESULT, Bucket.RESULTS, late_results(page, statuses, result_keys, now=now))
        if len(page) < PAGE:
            self._looked_at.pop(day, None)
        else:
            self._looked_at[day] = page[-1].key


def _day(moment: datetime) -> str:
    return f"{moment:%Y/%m/%d}/"
