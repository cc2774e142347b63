"""Results past `expires_at`: first their objects go, then what the row says of guest and booth, at last the row."""

from media_janitor.cleaning import Cleaning
from media_janitor.orphans import Kind, result_object
from photochanger.failpoints import failpoint
from photochanger.infrastructure.job_retention import EndedJob, JobRetention
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.observability import get_logger

PAGE = 200
#: More than these wait for the next round.
MAX_PAGES = 10
MAX_TOMBSTONES = 5_000
#: A job has a handful of objects: its attempts' pictures and their previews.
_MAX_OBJECTS_OF_JOB = 100

log = get_logger(__name__)


class ExpiryCleaning:
    """A process killed between object and row leaves a row that still says `expired`: the next round takes both."""

    def __init__(self, store: MediaStore, retention: JobRetention) -> None:
        self._store = store
        self._retention = retention

    async def clean(self, cleaning: Cleaning) -> None:
        """Take every expired job's media and client data, page by page.

        Raises:
            StoreUnavailable, DatabaseUnavailable: what is left is the next round's.
        """
        last: EndedJob | None = None
        for _ in range(MAX_PAGES):
            page = await self._retention.expired(limit=PAGE, after=last)
            await self._retire(page, cleaning)
            if len(page) < PAGE:
                return
            last = page[-1]
        log.warning("expired_jobs_left", looked_at=PAGE * MAX_PAGES, next="the next round goes on")

    async def remove_tombstones(self, cleaning: Cleaning) -> None:
        """Remove rows whose time as a tombstone is over."""
        if cleaning.is_dry_run:
            removed = await self._retention.count_old_tombstones()
        else:
            removed = await self._retention.remove_tombstones(limit=MAX_TOMBSTONES)
        cleaning.count(Kind.TOMBSTONE, removed)

    async def _retire(self, page: list[EndedJob], cleaning: Cleaning) -> None:
        bare = [job.id for job in page if await self._delete_objects(job, cleaning)]
        if bare:
            failpoint("janitor.after_objects")
        if not cleaning.is_dry_run:
            cleaning.count(Kind.CLIENT_DATA, await self._retention.bury(bare))
        else:
            for job_id in bare:
                log.info("would_remove", kind=Kind.CLIENT_DATA, job_id=job_id)
            cleaning.count(Kind.CLIENT_DATA, len(bare))

    async def _delete_objects(self, job: EndedJob, cleaning: Cleaning) -> bool:
        """Delete everything stored for the job's results; whether nothing is left."""
        if job.result_key is None:
            return True
        keys = await self._objects_of(job.id, job.result_key)
        return await cleaning.delete_each(Bucket.RESULTS, {key: _kind(key, job.result_key) for key in keys})

    async def _objects_of(self, job_id: str, result_key: str) -> list[str]:
        """Give the objects beside the result, itself included; a key that is not this job's has none beside it."""
        named = result_object(result_key)
        if named is None or named.job_id != job_id:
            return [result_key]
        folder = result_key.rpartition("/")[0] + "/"
        return [found.key for found in await self._store.list(Bucket.RESULTS, folder, limit=_MAX_OBJECTS_OF_JOB)]


def _kind(key: str, result_key: str) -> Kind:
    if key == result_key:
        return Kind.EXPIRED_RESULT
    return Kind.EXPIRED_PREVIEW if key.startswith(f"{result_key}.") else Kind.LATE_RESULT
