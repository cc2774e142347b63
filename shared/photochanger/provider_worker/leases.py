"""Keeps this process's attempts its own, and stops those whose job ended elsewhere."""

from photochanger.failpoints import failpoint
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.provider_worker.running_attempts import RunningAttempts

#: A lease lapses after 6 s.
RENEW_SECONDS = 2.0
#: A cancelled job's call is stopped within 1 s.
LOOK_SECONDS = 0.5


class Leases:
    """One write and one query for all running attempts of the process."""

    def __init__(
        self, running: RunningAttempts, jobs: JobRepository, attempts: AttemptRepository, *, owner: str
    ) -> None:
        self._running = running
        self._jobs = jobs
        self._attempts = attempts
        self._owner = owner

    async def renew(self) -> None:
        ids = [running.job_id for running in self._running.ours()]
        if ids:
            await self._attempts.renew_leases(self._owner, ids)

    async def look(self) -> None:
        """Stop the attempts whose rows are finalized or gone."""
        ours = self._running.ours()
        if not ours:
            return
        failpoint("provider.during_call")
        rows = await self._jobs.look([running.job_id for running in ours])
        for running in ours:
            row = rows.get(running.job_id)
            if row is None or row.is_finalized:
                running.stop()
