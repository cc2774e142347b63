"""The attempts this process works on: a redelivered message joins one, a job that ended stops its call."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from photochanger.provider_worker.call_ledger import CallLedger


class CallsCut(Exception):
    """The time for provider calls is over."""


class JobEnded(Exception):
    """The job ended another way, or the attempt is no longer ours; what is under way is of no use."""


class RunningAttempt:
    """One job in this process. `until_cut` bounds what may be stopped at any moment: provider calls and pauses."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        #: once claimed: its lease is renewed and its row is looked at
        self.is_ours = False
        #: when it was claimed, by the loop's clock
        self.since = 0.0
        self.finished = asyncio.Event()
        self.ledger = CallLedger()
        self._has_ended = False
        self._scope: asyncio.Timeout | None = None

    def claimed(self) -> None:
        self.is_ours, self.since = True, asyncio.get_running_loop().time()

    def stop(self) -> None:
        """Say that the job ended elsewhere: what runs inside `until_cut` is cancelled at once."""
        self._has_ended = True
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def until_cut(self, cut_at: float) -> AsyncIterator[None]:
        """Run the body until `cut_at` (the loop's clock) or until `stop`.

        Raises:
            CallsCut: it was time.
            JobEnded: `stop` was called.
        """
        self._check(cut_at)
        try:
            async with asyncio.timeout_at(cut_at) as scope:
                self._scope = scope
                try:
                    yield
                finally:
                    self._scope = None
        except TimeoutError:
            if not scope.expired():
                raise
            raise (JobEnded() if self._has_ended else CallsCut()) from None

    def _check(self, cut_at: float) -> None:
        if self._has_ended:
            raise JobEnded
        if asyncio.get_running_loop().time() >= cut_at:
            raise CallsCut


class RunningAttempts:
    """Keyed by job: a job has one running attempt at a time."""

    def __init__(self) -> None:
        self._running: dict[str, RunningAttempt] = {}

    def __len__(self) -> int:
        return len(self._running)

    @contextmanager
    def entered(self, job_id: str) -> Iterator[RunningAttempt]:
        running = self._running[job_id] = RunningAttempt(job_id)
        try:
            yield running
        finally:
            del self._running[job_id]
            running.finished.set()

    def find(self, job_id: str) -> RunningAttempt | None:
        return self._running.get(job_id)

    def ours(self) -> tuple[RunningAttempt, ...]:
        return tuple(running for running in self._running.values() if running.is_ours)
