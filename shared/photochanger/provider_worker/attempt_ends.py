"""How an attempt without a picture ends: into the row first, then the hint to the dispatcher."""

from photochanger import topology
from photochanger.domain.job import AttemptOutcome, Job
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import PublishOutcome, outgoing
from photochanger.messages import PhotoOutcome
from photochanger.observability import Metrics, get_logger
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.persistence import until_written

log = get_logger(__name__)


class AttemptEnds:
    """Writes ends under this process's name, `owner`."""

    def __init__(self, attempts: AttemptRepository, broker: Broker, metrics: Metrics, *, owner: str) -> None:
        self._attempts = attempts
        self._broker = broker
        self._metrics = metrics
        self._owner = owner

    async def end(self, assignment: Assignment, end: AttemptEnd) -> None:
        """Record the end and tell the dispatcher, which switches to the next provider or ends the job.

        Raises:
            DatabaseUnavailable: nothing is recorded as far as we know; the message must come again.
        """
        job = await until_written(
            lambda: self._attempts.record_outcome(assignment.job.id, assignment.n, owner=self._owner, end=end),
            give_up_at=assignment.deadline_at,
        )
        facts = {"job_id": assignment.job.id, "attempt": assignment.n, "provider": assignment.attempt.provider}
        self._metrics.provider_attempts.add(1, {"provider": assignment.attempt.provider, "outcome": end.outcome.value})
        log.info("attempt_ended", outcome=end.outcome, detail=end.detail, recorded=job is not None, **facts)
        if job is not None and not job.is_finalized and end.outcome is not AttemptOutcome.LATE:
            await self.announce(job, assignment.n)

    async def announce(self, job: Job, n: int) -> None:
        """Publish the hint that attempt n has ended; the sweep finds the row without it, only later."""
        attempt = job.attempt(n)
        if attempt is None:
            return
        outcome = PhotoOutcome(job_id=job.id, attempt=n, provider=attempt.provider)
        message = outgoing(topology.OUTCOMES, outcome, job_id=job.id, left_ms=max(job.left_ms, 1))
        published = await self._broker.publish(message)
        if published is not PublishOutcome.CONFIRMED:
            log.warning("outcome_hint_not_sent", job_id=job.id, result=published, next="the sweep finds the row")
