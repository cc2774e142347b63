"""Keeps this process's attempts its own, and stops those whose job ended elsewhere."""

import asyncio
from collections.abc import Sequence

from photochanger.failpoints import failpoint
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.provider_worker.running_attempts import RunningAttempt, RunningAttempts

#: A lease lapses after 6 s; one that was just taken is left to the next round.
RENEW_SECONDS, FRESH_SECONDS = 2.0, 1.0
#: A cancelled job's call is stopped within 1 s: with a look, an attempt is left alone for so long at first.
LOOK_SECONDS, PATIENCE_SECONDS = 0.5, 0.4


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
        ids = [running.job_id for running in self._since(FRESH_SECONDS)]
        if ids:
            await self._attempts.renew_leases(self._owner, ids)

    async def look_at_long_ones(self) -> None:
        """Look at those that have run for a while: most attempts at a quick provider are never looked at."""
        await self._look_at(self._since(PATIENCE_SECONDS))

    async def look(self) -> None:
        """Stop the attempts whose rows are finalized or gone."""
        await self._look_at(self._running.ours())

    def _since(self, seconds: float) -> list[RunningAttempt]:
        """Give the attempts that have run for so long."""
        started_by = asyncio.get_running_loop().time() - seconds
        return [running for running in self._running.ours() if running.since <= started_by]

    async def _look_at(self, ours: Sequence[RunningAttempt]) -> None:
        if not ours:
            return
        failpoint("provider.during_call")
        rows = await self._jobs.look([running.job_id for running in ours])
        for running in ours:
            row = rows.get(running.job_id)
            if row is None or row.is_finalized:
                running.stop()
