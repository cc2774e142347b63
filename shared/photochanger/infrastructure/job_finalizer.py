"""Ends a job exactly once and does what follows: wake the gateway, delete the source, tell everybody."""

from collections.abc import Awaitable

from photochanger.background import Background
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import EndedJob, Job
from photochanger.failpoints import failpoint
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import outgoing_event
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_keys import source_prefix
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.reply_queue import wake
from photochanger.infrastructure.source_removal import SourceRemoval
from photochanger.messages import JobEnded, JobEvent
from photochanger.observability import get_logger

#: Bounds of what follows an end; the janitor does it again where this failed.
CLEANUP_SECONDS = 10.0

log = get_logger(__name__)


class JobFinalizer:
    """Every terminal state is written through here.

    Each method gives the row when this call ended the job, None when it did not: somebody else did, or it was too
    early for a timeout. Raises `DatabaseUnavailable` when nothing is known.
    """

    def __init__(self, jobs: JobRepository, store: MediaStore, broker: Broker, background: Background) -> None:
        self._jobs = jobs
        self._store = store
        self._broker = broker
        self._background = background
        self._photos = SourceRemoval(store)

    async def done(self, job_id: str, delivery: Delivery) -> EndedJob | None:
        ended = await self._jobs.finish_done(job_id, delivery)
        if ended is not None:
            await self._after(ended)
        return ended

    async def fail(
        self, job_id: str, reason: FailureReason, *, detail: str, retry_after_seconds: float | None = None
    ) -> Job | None:
        write = self._jobs.finish_failed(job_id, reason, detail=detail, retry_after_seconds=retry_after_seconds)
        return await self._ended(write)

    async def time_out(self, job_id: str) -> Job | None:
        """End the job as `timeout`; only from the deadline less the answer reserve on."""
        job = await self._ended(self._jobs.finish_timeout(job_id))
        if job is not None:
            self._background.telemetry.metrics.jobs_timed_out.add(1, {"stage": job.failure_detail})
        return job

    async def cancel(self, job_id: str, *, detail: str) -> Job | None:
        return await self._ended(self._jobs.finish_cancelled(job_id, detail=detail))

    async def _ended(self, write: Awaitable[Job | None]) -> Job | None:
        job = await write
        if job is not None:
            await self._after(EndedJob.of(job))
        return job

    async def _after(self, job: EndedJob) -> None:
        failpoint("finalizer.after_row")
        log.info("job_ended", job_id=job.id, slot_id=job.slot_id, status=job.status, reason=job.failure_reason)
        # started first: whoever waits for the wake may be cut off at the window's end
        self._background.start(self._follow_up(job), name="job_follow_up", timeout_seconds=CLEANUP_SECONDS)
        if job.reply_to is not None:
            await wake(self._broker, job.reply_to, JobEnded(job_id=job.id, status=job.status))

    async def _delete_source(self, job: EndedJob) -> None:
        if job.has_copies:
            await self._store.delete_prefix(Bucket.SOURCES, source_prefix(job.id))
        else:
            # half the cost of listing first; what a dead worker put without telling is the janitor's
            await self._photos.remove(job.source_key)

    async def _follow_up(self, job: EndedJob) -> None:
        """The event first: it stops a cancelled job's call, and must not wait for a slow store."""
        event = JobEvent(
            job_id=job.id,
            slot_id=job.slot_id,
            status=job.status,
            reason=job.failure_reason,
            provider=job.provider,
        )
        await self._broker.publish(outgoing_event(event))
        await self._delete_source(job)
