"""Whose an attempt is: taken, waited for while another process lives, taken over when it died."""

import asyncio

from photochanger.domain.job import AttemptOutcome, Job
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.observability import get_logger
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.attempt_ends import AttemptEnds

#: How often a row is looked at that another process works on.
WATCH_SECONDS = 1.0

log = get_logger(__name__)


class Claims:
    """Claims under this process's name, `owner`."""

    def __init__(self, jobs: JobRepository, attempts: AttemptRepository, ends: AttemptEnds, *, owner: str) -> None:
        self._jobs = jobs
        self._attempts = attempts
        self._ends = ends
        self._owner = owner

    async def claim(self, job_id: str, n: int) -> Assignment | None:
        """Take attempt n, or the one that replaced it; waits while another process's lease lives.

        None: nothing is left to do for this message. Raises `DatabaseUnavailable`.
        """
        following: int | None = n
        while following is not None:
            n = following
            asked_at = asyncio.get_running_loop().time()
            job = await self._attempts.claim(job_id, n, self._owner, with_first_call=True)
            if job is not None:
                return Assignment.of(job, n, asked_at=asked_at)
            following = await self._next_to_claim(job_id, n)
        return None

    async def replace_lost(self, assignment: Assignment) -> Assignment | None:
        """Write off an attempt taken over from a dead process whose calls may have been charged, and start the next."""
        asked_at = asyncio.get_running_loop().time()
        job = await self._attempts.replace_lost(assignment.job.id, assignment.n, self._owner)
        return None if job is None else Assignment.of(job, assignment.n + 1, asked_at=asked_at)

    async def _next_to_claim(self, job_id: str, n: int) -> int | None:
        """Say why attempt n could not be claimed: None when that is final, else what to claim, after a pause."""
        job = await self._jobs.get(job_id)
        if job is None or job.is_finalized or job.left_ms <= 0:
            log.info("task_without_work", job_id=job_id, attempt=n, status=None if job is None else job.status)
            return None
        attempt, latest = job.attempt(n), job.latest_attempt
        if attempt is None or latest is None:
            log.warning("task_without_attempt", job_id=job_id, attempt=n, next="the sweep finds the row")
            return None
        if attempt.outcome is AttemptOutcome.LOST and latest.n > n and latest.provider == attempt.provider:
            return latest.n
        if attempt.outcome is not None:
            await self._announce_again(job, n)
            return None
        await asyncio.sleep(min(WATCH_SECONDS, job.left_ms / 1000))
        return n

    async def _announce_again(self, job: Job, n: int) -> None:
        """Its process may have died between the row and the hint."""
        if job.latest_attempt is not None and job.latest_attempt.n == n:
            await self._ends.announce(job, n)
