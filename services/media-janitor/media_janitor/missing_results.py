"""Pictures that a link promises and the store does not have: found, marked and counted; nothing is removed for it."""

from media_janitor.cleaning import Cleaning
from media_janitor.walk_rest import WalkRest
from photochanger.infrastructure.job_retention import EndedJob, JobRetention
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.observability import Telemetry, get_logger

#: Looked at per round; the next round goes on behind them.
PAGE = 100
_WALK = "promised pictures"

log = get_logger(__name__)


class MissingResults:
    """The link of such a picture says 503 until `expires_at`, then 410 as every other (decision 0008)."""

    def __init__(self, store: MediaStore, retention: JobRetention, telemetry: Telemetry, *, rest: WalkRest) -> None:
        self._store = store
        self._retention = retention
        self._rest = rest
        self._telemetry = telemetry
        self._last: EndedJob | None = None

    async def look(self, cleaning: Cleaning) -> None:
        """Look for the next page's pictures, unless the walk through all of them rests.

        Raises:
            StoreUnavailable, DatabaseUnavailable: this page's turn comes again.
        """
        if self._rest.is_resting(_WALK):
            return
        page = await self._retention.living_results(limit=PAGE, after=self._last)
        for job in page:
            found = await self._store.head(Bucket.RESULTS, job.result_key or "")
            await self._note(job, cleaning, is_there=found is not None)
        self._last = page[-1] if len(page) == PAGE else None
        if self._last is None:
            self._rest.begin(_WALK)
        if not cleaning.is_dry_run:
            self._telemetry.metrics.results_missing.set(await self._retention.count_missing())

    async def _note(self, job: EndedJob, cleaning: Cleaning, *, is_there: bool) -> None:
        if not is_there:
            cleaning.missing += 1
            is_news = not job.is_missing and (cleaning.is_dry_run or await self._retention.note_missing(job))
            if is_news:
                log.error(
                    "result_missing", job_id=job.id, key=job.result_key, next="its link says 503 until it expires"
                )
        elif job.is_missing and not cleaning.is_dry_run:
            await self._retention.note_found(job)
            log.info("result_found_again", job_id=job.id, key=job.result_key)
