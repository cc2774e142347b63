"""Rows of `jobs` as a replay sees them: what is left of each, and the one way to have it handed out again.

Nothing is published here. The row is the outbox: made due, it is taken by the dispatcher's next sweep, which decides by
the row what is to be done, and every step of that is a compare-and-set. So no replay can make a job run twice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from photochanger.domain.dead_letter import JobOutlook
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class JobReplay:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def outlooks(self, job_ids: Iterable[str]) -> dict[str, JobOutlook]:
        """Tell of each job that there is, all by the same moment."""
        fields = {
            "status": 1,
            "is_finalized": 1,
            "left_ms": {"$toInt": {"$subtract": [row.LEFT_MS, "$answer_reserve_ms"]}},
            "is_waiting": row.nobody_works_on_it(),
            "is_due": _IS_DUE,
        }
        with translated():
            documents = await self._jobs.find({"_id": {"$in": list(job_ids)}}, fields).to_list(None)
        return {document["_id"]: JobOutlook.model_validate(document) for document in documents}

    async def make_due(self, job_id: str) -> bool:
        """Let the next sweep, at most a second from now, hand the job out; False: it ended, runs, or is due already."""
        has_time = {"$not": [row.WINDOW_IS_OVER]}
        waits = {"$and": [has_time, row.nobody_works_on_it(), {"$not": [_IS_DUE]}]}
        change = {"next_dispatch_at": _LONG_DUE, "dispatch_pause_ms": row.FIRST_DISPATCH_PAUSE_MS}
        with translated():
            done = await self._jobs.update_one(
                {"_id": job_id, "is_finalized": False, "next_dispatch_at": {"$type": "date"}, "$expr": waits},
                [{"$set": change}],
            )
        return done.modified_count == 1


#: Not `$$NOW`: that is read when a statement begins, so one that began earlier and comes to the row later may find the
#: moment written there still ahead, and make the job due a second time (seen, 5 ms apart).
_LONG_DUE = datetime(1970, 1, 1, tzinfo=UTC)

_IS_DUE: row.Expression = {"$lte": [{"$ifNull": ["$next_dispatch_at", row.NOW]}, row.NOW]}
