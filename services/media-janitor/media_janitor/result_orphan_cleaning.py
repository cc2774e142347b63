"""Pictures and previews that are nobody's result: late ones of the last two days first, all others in time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from media_janitor.cleaning import Cleaning
from media_janitor.orphans import orphaned_results, result_object
from media_janitor.walk_rest import WalkRest
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import Bucket, MediaStore

#: Looked at per walk and round; the next round goes on behind them.
PAGE = 500
_WHOLE_BUCKET = ""


class ResultOrphanCleaning:
    """Walks today's, yesterday's and all pictures, a page of each a round."""

    def __init__(self, store: MediaStore, upkeep: JobUpkeep, now: Callable[[], datetime], *, rest: WalkRest) -> None:
        self._store = store
        self._rest = rest
        self._upkeep = upkeep
        self._now = now
        self._looked_at: dict[str, str] = {}

    async def clean(self, cleaning: Cleaning) -> None:
        """Delete what is nobody's among the next page of each walk.

        Raises:
            StoreUnavailable, DatabaseUnavailable: what is left is a later round's.
        """
        now = self._now()
        walks = [_day(now - timedelta(days=1)), _day(now), _WHOLE_BUCKET]
        self._looked_at = {walk: key for walk, key in self._looked_at.items() if walk in walks}
        for walk in walks:
            if self._rest.is_resting(walk):
                continue
            await self._clean_page(walk, now, cleaning)

    async def _clean_page(self, prefix: str, now: datetime, cleaning: Cleaning) -> None:
        page = await self._store.list(Bucket.RESULTS, prefix, limit=PAGE, start_after=self._looked_at.get(prefix))
        job_ids = {named.job_id for picture in page if (named := result_object(picture.key)) is not None}
        statuses = await self._upkeep.statuses(job_ids)
        result_keys = await self._upkeep.result_keys(job_ids)
        verdicts = orphaned_results(page, statuses, result_keys, now=now)
        await cleaning.delete_each(Bucket.RESULTS, verdicts)
        if len(page) < PAGE:
            self._looked_at.pop(prefix, None)
            self._rest.begin(prefix)
        else:
            self._looked_at[prefix] = page[-1].key


def _day(moment: datetime) -> str:
    return f"{moment:%Y/%m/%d}/"
