"""Carries out what a job's row asks for: the provider's task is published, or the job ends."""

from dataclasses import dataclass

from dispatcher.next_step import Fail, Leave, PublishAgain, StartAttempt, Step, TimeOut, next_step
from photochanger.domain.job import AttemptOutcome, Job
from photochanger.failpoints import failpoint
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, PublishOutcome, outgoing
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.recent_availability import RecentAvailability
from photochanger.infrastructure.recent_latency import RecentLatency
from photochanger.messages import PhotoSubmitted, PhotoTask
from photochanger.observability import Metrics, get_logger
from photochanger.topology import provider_queue

#: A try that was not heard of so long after its cut leaves the next photo its place.
TRY_EXTRA_MS = 2_000

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class PhotoRouter:
    """Repeating anything here is harmless: rows are written by compare-and-set, and workers claim what they run."""

    jobs: JobRepository
    attempts: AttemptRepository
    finalizer: JobFinalizer
    broker: Broker
    times: RecentLatency
    availability: RecentAvailability
    breakers: Breakers
    metrics: Metrics

    async def on_submitted(self, message: PhotoSubmitted, delivery: Delivery) -> None:
        """Route a photo; a redelivery may follow a crash between the attempt's row and its message."""
        failpoint("dispatcher.consumed")
        job = await self.jobs.get(message.job_id)
        if job is None:
            log.warning("submission_without_row_dropped", job_id=message.job_id)
            return
        await self.advance(job, may_publish_again=delivery.redelivered)
        failpoint("dispatcher.before_ack")

    async def advance(self, job: Job, *, may_publish_again: bool) -> None:
        """Take steps until the job is in other hands or has ended."""
        current: Job | None = job
        while current is not None:
            current = await self._take_step(current, may_publish_again=may_publish_again)

    async def _take_step(self, job: Job, *, may_publish_again: bool) -> Job | None:
        """Give the row when there is more to decide."""
        step = await self._decide(job)
        self.metrics.dispatcher_steps.add(1, {"step": type(step).__name__})
        match step:
            case Leave():
                return None
            case TimeOut():
                await self.finalizer.time_out(job.id)
                return None
            case Fail(ending):
                await self.finalizer.fail(
                    job.id, ending.reason, detail=ending.detail, retry_after_seconds=ending.retry_after_seconds
                )
                return None
            case PublishAgain(attempt):
                if not may_publish_again:
                    return None
                return await self._publish(job.id, attempt.n, attempt.provider, left_ms=job.left_ms)
            case StartAttempt():
                return await self._start(job, step)

    async def _decide(self, job: Job) -> Step:
        """Decide; a step that has to be the one that tries a provider is taken only once it is."""
        availability = self.availability.current
        while True:
            step = next_step(job, self.times.current, availability)
            if not isinstance(step, StartAttempt) or not step.tries:
                return step
            provider, lasts_ms = step.route.provider, job.left_ms - step.cut_left_ms + TRY_EXTRA_MS
            if await self.breakers.try_with(provider, step.tries, job_id=job.id, seconds=lasts_ms / 1000):
                return step
            availability = availability.without(provider)

    async def _start(self, job: Job, step: StartAttempt) -> Job | None:
        provider = step.route.provider
        left_ms = await self.jobs.start_attempt(
            job.id,
            route=step.index,
            provider=provider,
            operation=step.route.operation,
            cut_left_ms=step.cut_left_ms,
            after=step.after,
        )
        if left_ms is None:
            log.info("photo_already_routed", job_id=job.id)
            return None
        failpoint("dispatcher.after_attempt_row")
        log.info("attempt_planned", job_id=job.id, cut_left_ms=step.cut_left_ms, chance=step.chance)
        return await self._publish(job.id, step.after + 1, provider, left_ms=left_ms)

    async def _publish(self, job_id: str, n: int, provider: str, *, left_ms: int) -> Job | None:
        """Hand attempt n to its provider's queue; give the row when no such queue exists."""
        task = PhotoTask(job_id=job_id, attempt=n, provider=provider)
        message = outgoing(provider_queue(provider), task, job_id=job_id, left_ms=left_ms)
        outcome = await self.broker.publish(message)
        self.metrics.dispatcher_tasks.add(1, {"provider": provider, "outcome": outcome})
        log.info("photo_dispatched", job_id=job_id, provider=provider, attempt=n, outcome=outcome)
        if outcome is not PublishOutcome.UNROUTABLE:
            return None  # when it is not confirmed the sweep publishes it again: the row is the outbox
        end = AttemptEnd(AttemptOutcome.UNAVAILABLE, "no service of this provider has ever run here")
        return await self.attempts.record_outcome(job_id, n, owner=None, end=end)
