"""Ends what still runs of slots that were disabled: the booths are told, the provider calls are stopped."""

import asyncio
from typing import TYPE_CHECKING, Any

from photochanger.domain.job import JobSource
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

#: Rows ended in one round, and how many of them at once.
ROWS_PER_ROUND = 1_000
ROWS_AT_ONCE = 16
DETAIL = "the slot was disabled"


class DisabledSlots:
    """Repeating a round is harmless, and rounds of several processes may overlap: ends are compare-and-set."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]", finalizer: JobFinalizer) -> None:
        self._slots, self._jobs = database["slots"], database["jobs"]
        self._finalizer = finalizer

    async def cancel_running(self) -> None:
        """Cancel the booths' running photos of every disabled slot; administrators' test runs go on.

        A gateway that has not yet heard may admit one more photo within a second: the next round ends it.

        Raises:
            DatabaseUnavailable: some may be left for the next round.
        """
        at_once = asyncio.Semaphore(ROWS_AT_ONCE)

        async def cancel(job_id: str) -> None:
            async with at_once:
                await self._finalizer.cancel(job_id, detail=DETAIL)

        async with asyncio.TaskGroup() as group:
            for job_id in await self._running():
                group.create_task(cancel(job_id))

    async def _running(self) -> list[str]:
        with translated():
            disabled = await self._slots.find({"is_active": False}, {"_id": 1}).to_list(None)
            if not disabled:
                return []
            condition = {
                "is_finalized": False,
                "slot_id": {"$in": [slot["_id"] for slot in disabled]},
                "source": JobSource.INGEST.value,
            }
            rows = await self._jobs.find(condition, {"_id": 1}, limit=ROWS_PER_ROUND).to_list(None)
        return [row["_id"] for row in rows]
