"""Where booths wait for the end of their job: the reply is a hint, the row is the truth."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import Job
from photochanger.failpoints import failpoint
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.messages import JobEnded
from photochanger.observability import get_logger

LOOK_SECONDS = 0.5
#: Bounds of the questions to the database, as seconds past the deadline, so that each answer leaves in its time.
READ_UNTIL, TIME_OUT_UNTIL, CONFIRM_UNTIL = 0.4, 0.5, 1.5
_READ_SECONDS = 1.5

log = get_logger(__name__)


@dataclass(frozen=True)
class _Seat:
    """Who waits for a job, and since when by the monotonic clock."""

    woken: asyncio.Event
    since: float


class WaitingRoom:
    """One per process. `wake` takes the replies, `watch` looks at every waiting row at once.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, jobs: JobRepository, finalizer: JobFinalizer, *, clock: Callable[[], float]) -> None:
        self._jobs, self._finalizer, self._clock = jobs, finalizer, clock
        self._waiting: dict[str, _Seat] = {}

    @contextmanager
    def seat(self, job_id: str) -> Iterator[asyncio.Event]:
        """A seat from which the job's end is heard; taken before anybody can know of the job."""
        seat = self._waiting[job_id] = _Seat(asyncio.Event(), self._clock())
        try:
            yield seat.woken
        finally:
            del self._waiting[job_id]

    def wake(self, message: JobEnded) -> None:
        """Take a reply: whoever waits for that job looks at its row."""
        if (seat := self._waiting.get(message.job_id)) is not None:
            seat.woken.set()

    async def watch(self) -> None:
        """Look twice a second, for ever, at the rows that wait for longer than that: a lost reply costs at most 1 s."""
        is_blind = False
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except DatabaseUnavailable as error:
                if not is_blind:
                    log.warning("rows_not_seen", waiting=len(self._waiting), why=str(error), next="looks again")
                is_blind = True
            else:
                is_blind = False

    async def end_of(self, job_id: str, woken: asyncio.Event, *, deadline: float) -> Job:
        """The job's row once it is terminal, its inline picture included; `deadline` is monotonic.

        Raises:
            Refusal: the window is over and the database does not say how the job ended.
        """
        while (left := deadline - self._clock()) > 0:
            try:
                async with asyncio.timeout(left):
                    await woken.wait()
            except TimeoutError:
                break
            woken.clear()
            job = await self._read(job_id, deadline)
            if job is not None and job.is_finalized:
                return job
        return await self._end_at_deadline(job_id, deadline)

    async def _look(self) -> None:
        seated_by = self._clock() - LOOK_SECONDS
        patient = [job_id for job_id, seat in self._waiting.items() if seat.since <= seated_by]
        if not patient:
            return
        failpoint("gateway.waiting")
        for job_id in await self._jobs.ended(patient):
            if (seat := self._waiting.get(job_id)) is not None:
                seat.woken.set()

    async def _read(self, job_id: str, deadline: float) -> Job | None:
        """The row; None when the database does not give it in time. Then the next look asks again."""
        try:
            async with asyncio.timeout(min(_READ_SECONDS, self._left(deadline + READ_UNTIL))):
                return await self._jobs.get(job_id, with_inline=True)
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("row_not_read", job_id=job_id, why=str(error), next="looks again")
            return None

    async def _end_at_deadline(self, job_id: str, deadline: float) -> Job:
        """End the job as `timeout`, or give the end it had already."""
        try:
            async with asyncio.timeout(self._left(deadline + TIME_OUT_UNTIL)):
                job = await self._finalizer.time_out(job_id) or await self._jobs.get(job_id, with_inline=True)
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("timeout_not_written", job_id=job_id, why=str(error), next="asks for the row")
            job = None
        if job is None or not job.is_finalized:
            job = await self._confirm(job_id, deadline)
        if job is None or not job.is_finalized:
            raise Refusal(ProblemCode.OUTCOME_UNKNOWN, "the window is over and the photo's end is not known")
        return job

    async def _confirm(self, job_id: str, deadline: float) -> Job | None:
        try:
            async with asyncio.timeout(self._left(deadline + CONFIRM_UNTIL)):
                return await self._jobs.confirm(job_id, with_inline=True)
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("row_not_confirmed", job_id=job_id, why=str(error), next="answers outcome_unknown")
            return None

    def _left(self, until: float) -> float:
        return max(0.0, until - self._clock())
