"""One round of the janitor: every kind of leftover, each on its own so that one failure stops no other."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from media_janitor.cleaning import Cleaning
from media_janitor.expiry_cleaning import ExpiryCleaning
from media_janitor.missing_results import MissingResults
from media_janitor.orphans import Kind
from media_janitor.result_orphan_cleaning import ResultOrphanCleaning
from media_janitor.source_cleaning import SourceCleaning
from media_janitor.walk_rest import WALK_REST, WalkRest
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import Telemetry, get_logger

#: The gateway clears its inline picture right after the answer; after this it is dead.
STALE_INLINE_SECONDS = 30
MAX_INLINE_PER_ROUND = 1_000

log = get_logger(__name__)


class Janitor:
    """Repeating a round is harmless; rounds of several replicas may overlap. `now` is the database's time."""

    def __init__(
        self,
        store: MediaStore,
        upkeep: JobUpkeep,
        *,
        reader: JobReader,
        retention: JobRetention,
        now: Callable[[], datetime],
        telemetry: Telemetry,
        walk_rest: timedelta = WALK_REST,
    ) -> None:
        self._store = store
        self._upkeep = upkeep
        self._reader = reader
        self._now = now
        self._telemetry = telemetry
        rest = WalkRest(now, walk_rest)
        self._sources = SourceCleaning(store, upkeep, now)
        self._expired = ExpiryCleaning(store, retention)
        self._result_orphans = ResultOrphanCleaning(store, upkeep, now, rest=rest)
        self._missing_results = MissingResults(store, retention, telemetry, rest=rest)

    async def run_once(self, *, is_dry_run: bool) -> Cleaning:
        """Clean everything once; what failed is counted in `errors` and is the next round's."""
        cleaning = Cleaning(self._store, self._telemetry, is_dry_run=is_dry_run)
        works: dict[str, Callable[[Cleaning], Awaitable[None]]] = {
            "sources": self._sources.clean,
            "inline_pictures": self._clear_inline,
            "expired_results": self._expired.clean,
            "result_orphans": self._result_orphans.clean,
            "tombstones": self._expired.remove_tombstones,
            "missing_results": self._missing_results.look,
        }
        for name, work in works.items():
            try:
                await work(cleaning)
            except (StoreUnavailable, DatabaseUnavailable) as error:
                cleaning.failed(name, error)
        if not is_dry_run and not cleaning.errors:
            self._telemetry.metrics.janitor_last_run.set(self._now().timestamp())
        log.info("round_done", **cleaning.summary())
        return cleaning

    async def _clear_inline(self, cleaning: Cleaning) -> None:
        if cleaning.is_dry_run:
            cleared = await self._reader.count_stale_inline(older_than_seconds=STALE_INLINE_SECONDS)
        else:
            cleared = await self._upkeep.clear_stale_inline(
                older_than_seconds=STALE_INLINE_SECONDS, limit=MAX_INLINE_PER_ROUND
            )
        cleaning.count(Kind.INLINE_PICTURE, cleared)
