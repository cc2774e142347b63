"""Moves on every job that a dead process or a lost message left behind."""

import asyncio
from collections.abc import Awaitable, Sequence

from dispatcher.route_photo import PhotoRouter
from photochanger.domain.job import Job
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.observability import get_logger, span

#: Half the pause a row is left alone after it was dispatched: a lost message is replaced within 3 s.
SWEEP_SECONDS = 1.0
#: Rows taken in one round, and how many of them are worked on at once.
ROWS_PER_ROUND = 200
ROWS_AT_ONCE = 16

log = get_logger(__name__)


class Sweep:
    """All replicas may sweep: rows are claimed, and everything done to them is a compare-and-set."""

    def __init__(self, upkeep: JobUpkeep, finalizer: JobFinalizer, router: PhotoRouter) -> None:
        self._upkeep = upkeep
        self._finalizer = finalizer
        self._router = router
        self._at_once = asyncio.Semaphore(ROWS_AT_ONCE)

    async def run_once(self) -> None:
        """Time out what is overdue, then hand out again what nobody works on.

        Raises:
            ExceptionGroup: rows that could not be moved on; the other rows were.
        """
        if not await self._upkeep.is_anything_left_behind():
            return
        overdue = await self._upkeep.find_overdue(ROWS_PER_ROUND)
        errors = await self._all([self._finalizer.time_out(job_id) for job_id in overdue])
        claimed = await self._upkeep.claim_undispatched(ROWS_PER_ROUND)
        errors += await self._all([self._move_on(job) for job in claimed])
        if errors:
            raise ExceptionGroup("rows could not be moved on", errors)

    async def _move_on(self, job: Job) -> None:
        with span("sweep_photo", traceparent=job.traceparent, job_id=job.id):
            log.info("photo_swept", job_id=job.id, status=job.status, attempts=len(job.attempts))
            await self._router.advance(job, may_publish_again=True)

    async def _all(self, works: Sequence[Awaitable[object]]) -> list[Exception]:
        """Do all of them, a few at once; one that fails keeps no other from being done."""
        errors: list[Exception] = []
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(self._in_turn(work, errors))
        return errors

    async def _in_turn(self, work: Awaitable[object], errors: list[Exception]) -> None:
        async with self._at_once:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - the row stays as it is, and the next sweep finds it again
                errors.append(error)
