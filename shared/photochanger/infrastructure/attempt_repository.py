"""Attempts of running jobs: who runs one, for how long, and how it ended without a picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pymongo import ReturnDocument

from photochanger.domain.job import Attempt, AttemptOutcome, Job, JobStatus
from photochanger.domain.provider_call import CallEnd
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.job_row import Document, Expression, as_job
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

MAX_DETAIL_CHARS = 500


@dataclass(frozen=True)
class AttemptEnd:
    """How an attempt ended without becoming the result; `call` closes its last call in the ledger.

    `was_called` False: the call that its claim counted ahead was not made.
    """

    outcome: AttemptOutcome
    detail: str = ""
    retry_after_seconds: float | None = None
    provider_reference: str | None = None
    provider_ms: int | None = None
    call: CallEnd | None = None
    was_called: bool = True


class AttemptRepository:
    """Attempts inside rows of `jobs`; `owner` names one process.

    Every method may raise `DatabaseUnavailable`. A write that gives None lost its compare-and-set: look at the row.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._jobs: AsyncIOMotorCollection[Document] = database["jobs"]

    async def claim(self, job_id: str, n: int, owner: str, *, with_first_call: bool = False) -> Job | None:
        """Take the latest attempt: unowned, ours already, or left by a process whose lease has lapsed.

        In the last case its `takeovers` has grown: adopt the stored object, resume the kept reference, or
        `replace_lost`. `with_first_call`: an attempt that nobody ever took counts its first call in the same write,
        for a caller that makes it at once; see `counts_first_call`.
        """
        was_left = {"$not": {"$in": ["$$attempt.owner", [None, owner]]}}
        taken = {
            "owner": owner,
            "lease_until": row.after_now(row.LEASE_MS),
            "started": {"$ifNull": ["$$attempt.started", row.NOW]},
            "takeovers": {"$add": ["$$attempt.takeovers", {"$cond": [was_left, 1, 0]}]},
        }
        if with_first_call:
            is_new = {"$eq": ["$$attempt.started", None]}
            taken["calls"] = {"$cond": [is_new, 1, "$$attempt.calls"]}
            taken["ledger"] = {"$cond": [is_new, row.call_opened([]), "$$attempt.ledger"]}
        change = {
            "attempts": row.change_attempt(n, taken),
            "next_dispatch_at": row.after_now(row.ABANDONED_MS),
            "dispatch_pause_ms": row.FIRST_DISPATCH_PAUSE_MS,
        }
        condition = {"$and": [row.is_claimable(n, owner), row.HAS_TIME]}
        return await self._write(job_id, {"status": JobStatus.PROCESSING.value, "$expr": condition}, change)

    async def renew_leases(self, owner: str, job_ids: Iterable[str]) -> None:
        """Keep every running attempt of this process, in one write."""
        mine = {"$and": [{"$eq": ["$$attempt.owner", owner]}, {"$eq": ["$$attempt.outcome", None]}]}
        renewed = {"$mergeObjects": ["$$attempt", {"lease_until": row.after_now(row.LEASE_MS)}]}
        attempts = {"$map": {"input": "$attempts", "as": "attempt", "in": {"$cond": [mine, renewed, "$$attempt"]}}}
        condition = {
            "_id": {"$in": list(job_ids)},
            "status": JobStatus.PROCESSING.value,
            "attempts": {"$elemMatch": {"owner": owner, "outcome": None}},
        }
        change = {"attempts": attempts, "next_dispatch_at": row.after_now(row.ABANDONED_MS)}
        with translated():
            await self._jobs.update_many(condition, [{"$set": change}])

    async def replace_lost(self, job_id: str, n: int, owner: str) -> Job | None:
        """Write off attempt n, taken over from a dead process, and start n + 1 on the same route, ours at once."""
        lost = {"outcome": AttemptOutcome.LOST.value, "ended": row.NOW}
        old = {"$arrayElemAt": ["$attempts", n - 1]}
        successor: Expression = {name: {"$getField": {"field": name, "input": old}} for name in _OF_ROUTE}
        successor |= {
            "owner": literal(owner),
            "lease_until": row.after_now(row.LEASE_MS),
            "started": row.NOW,
        }
        change: Expression = {"attempts": row.new_attempt(successor), "events": row.event("taken_over")}
        update = [{"$set": {"attempts": row.change_attempt(n, lost)}}, {"$set": change}]
        condition = {
            "status": JobStatus.PROCESSING.value,
            **row.owned_attempt(n, owner),
            "$expr": {"$and": [row.HAS_TIME, {"$eq": [{"$size": "$attempts"}, n]}]},
        }
        return await self._update(job_id, condition, update)

    async def note_call(self, job_id: str, n: int, owner: str, *, ended: CallEnd | None = None) -> bool:
        """Count a provider call before it is made. False: the job ended or the attempt is not ours; do not call.

        `ended` is how the call before it ended. A reference kept from an earlier call is dropped: it names what gave
        no picture.
        """
        ledger = row.call_opened() if ended is None else row.call_opened(row.call_closed(ended))
        called = {"calls": {"$add": ["$$attempt.calls", 1]}, "ledger": ledger, "provider_reference": None}
        return await self._change_running(job_id, n, owner, called)

    async def keep_reference(self, job_id: str, n: int, owner: str, *, reference: str) -> bool:
        """Keep the provider's id of the call under way, so that whoever takes over resumes it instead of paying again.

        False: the job ended or the attempt is not ours.
        """
        return await self._change_running(job_id, n, owner, {"provider_reference": literal(reference)})

    async def record_outcome(self, job_id: str, n: int, *, owner: str | None, end: AttemptEnd) -> Job | None:
        """Write how attempt n ended, also on a job that ended meanwhile; owner None: nobody ever took it."""
        ended: Expression = {
            "outcome": end.outcome.value,
            "ended": row.NOW,
            "detail": literal(end.detail[:MAX_DETAIL_CHARS]),
            "retry_after_seconds": end.retry_after_seconds,
            "provider_reference": {"$ifNull": [literal(end.provider_reference), "$$attempt.provider_reference"]},
            "provider_ms": end.provider_ms,
        }
        if end.outcome is AttemptOutcome.NOT_STARTED or not end.was_called:
            ended |= {"calls": 0, "ledger": []}  # also where one was counted ahead
        elif end.call is not None:
            ended["ledger"] = row.call_closed(end.call)
        looked_at_again = {"$cond": ["$is_finalized", None, row.after_now(row.FIRST_DISPATCH_PAUSE_MS)]}
        change = {
            "attempts": row.change_attempt(n, ended),
            "next_dispatch_at": looked_at_again,
            "events": row.event("provider_responded", end.outcome.value),
        }
        return await self._write(job_id, row.owned_attempt(n, owner), change)

    async def _change_running(self, job_id: str, n: int, owner: str, changes: Expression) -> bool:
        condition = {"_id": job_id, "status": JobStatus.PROCESSING.value, **row.owned_attempt(n, owner)}
        change = {"attempts": row.change_attempt(n, changes)}
        with translated():
            done = await self._jobs.update_one({**condition, "$expr": row.HAS_TIME}, [{"$set": change}])
        return done.matched_count == 1

    async def _write(self, job_id: str, condition: Document, change: Expression) -> Job | None:
        return await self._update(job_id, condition, [{"$set": change}])

    async def _update(self, job_id: str, condition: Document, update: list[Expression]) -> Job | None:
        with translated():
            document = await self._jobs.find_one_and_update(
                {"_id": job_id, **condition},
                update,
                projection=row.ROW_FIELDS,
                return_document=ReturnDocument.AFTER,
            )
        return as_job(document)


def counts_first_call(attempt: Attempt) -> bool:
    """Whether the claim that gave this attempt was its very first, and counted the first call.

    Only then is `started` the moment of the lease's own write.
    """
    if attempt.calls != 1 or attempt.started is None or attempt.lease_until is None:
        return False
    return attempt.lease_until - attempt.started == timedelta(milliseconds=row.LEASE_MS)


_OF_ROUTE = ("route", "provider", "operation", "cut_left_ms")
