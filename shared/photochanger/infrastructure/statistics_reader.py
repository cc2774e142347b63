"""Statistics from rows of `jobs`: what happened to photos that came within a time, per slot and per provider."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pymongo

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome, JobSource, JobStatus
from photochanger.domain.log_histogram import GROWTH_LOG
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: Each of the queries, in the database and on the way.
QUERY_SECONDS = 5.0
MAX_FAILURE_GROUPS = 100

_Expression = dict[str, Any]
_MEASURES = ("total", "queue_wait", "provider_time")
_JOB_ERRORS = (FailureReason.PROVIDER_ERROR, FailureReason.PROVIDER_UNAVAILABLE, FailureReason.BAD_OUTPUT)
_ATTEMPT_ERRORS = (AttemptOutcome.FAILED, AttemptOutcome.UNAVAILABLE, AttemptOutcome.BAD_OUTPUT)


@dataclass(frozen=True)
class LastError:
    at: datetime
    reason: str
    detail: str


@dataclass
class Group:
    """One slot's or one provider's photos. `times` are log-bucket counts by measure, of photos that came back."""

    jobs: int = 0
    done: int = 0
    timeouts: int = 0
    provider_errors: int = 0
    refusals: int = 0
    running: int = 0
    last_success: datetime | None = None
    last_error: LastError | None = None
    times: Mapping[str, Counter[int]] = field(default_factory=lambda: {name: Counter() for name in _MEASURES})


@dataclass(frozen=True)
class FailureGroup:
    """Failures of a slot with the same reason; `detail` and `job_id` are the last one's."""

    slot_id: str
    reason: FailureReason
    count: int
    last_at: datetime
    detail: str
    job_id: str


class StatisticsReader:
    """Test runs are left out. Every method may raise `DatabaseUnavailable`, also when it takes too long."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def by_slot(self, start: datetime, end: datetime) -> dict[str, Group]:
        """Give each slot's photos that came from `start` on and before `end`."""
        return await self._grouped([_came_within(start, end), {"$project": _JOB}])

    async def by_provider(self, start: datetime, end: datetime) -> dict[str, Group]:
        """Give each provider's attempts, a photo sent to it each, at photos that came within."""
        return await self._grouped(
            [
                _came_within(start, end),
                {"$project": {"attempts": 1, "is_finalized": 1}},
                {"$unwind": "$attempts"},
                {"$project": _ATTEMPT},
            ]
        )

    async def failures(self, start: datetime, end: datetime) -> list[FailureGroup]:
        """Give the failures of photos that came within, grouped, the latest first."""
        last = {"at": "$finalized_at", "detail": "$failure_detail", "job_id": "$_id"}
        grouped: _Expression = {
            "_id": {"slot": "$slot_id", "reason": "$failure_reason"},
            "count": {"$sum": 1},
            "last": {"$max": last},
        }
        documents = await self._query(
            [
                _came_within(start, end),
                {"$match": {"failure_reason": {"$type": "string"}}},
                {"$group": grouped},
                {"$sort": {"last.at": -1}},
                {"$limit": MAX_FAILURE_GROUPS},
            ]
        )
        return [_failure(document) for document in documents]

    async def _grouped(self, prepared: list[_Expression]) -> dict[str, Group]:
        groups: dict[str, Group] = defaultdict(Group)
        for document in await self._query([*prepared, {"$group": _COUNTS}]):
            name = document.pop("_id")
            groups[name] = _counted(document)
        for document in await self._query([*prepared, *_BUCKETS]):
            place = document["_id"]
            groups[place["key"]].times[place["measure"]][int(place["bucket"])] = document["count"]
        return dict(sorted(groups.items()))

    async def _query(self, pipeline: list[_Expression]) -> list[dict[str, Any]]:
        # the client sends what is left of it as maxTimeMS
        with translated(), pymongo.timeout(QUERY_SECONDS):
            return await self._jobs.aggregate(pipeline).to_list(None)


def _came_within(start: datetime, end: datetime) -> _Expression:
    return {"$match": {"created_at": {"$gte": start, "$lt": end}, "source": JobSource.INGEST.value}}


def _is(expression: str, *values: str) -> _Expression:
    return {"$in": [expression, list(values)]}


_FIRST = {"$first": "$attempts"}
#: A job, and below an attempt, as the grouping below takes it.
_JOB = {
    "key": "$slot_id",
    "done": _is("$status", JobStatus.DONE),
    "timeout": _is("$status", JobStatus.TIMEOUT),
    "error": _is("$failure_reason", *_JOB_ERRORS),
    "refusal": _is("$failure_reason", FailureReason.PROVIDER_REFUSED),
    "running": {"$not": ["$is_finalized"]},
    "at": "$finalized_at",
    "reason": "$failure_reason",
    "detail": "$failure_detail",
    "total": {"$subtract": ["$finalized_at", "$created_at"]},
    "queue_wait": {"$let": {"vars": {"a": _FIRST}, "in": {"$subtract": ["$$a.started", "$created_at"]}}},
    "provider_time": {"$sum": "$attempts.provider_ms"},
}
_ATTEMPT = {
    "key": "$attempts.provider",
    "done": _is("$attempts.outcome", AttemptOutcome.DELIVERED),
    "timeout": _is("$attempts.outcome", AttemptOutcome.CUT, AttemptOutcome.LATE),
    "error": _is("$attempts.outcome", *_ATTEMPT_ERRORS),
    "refusal": _is("$attempts.outcome", AttemptOutcome.REFUSED),
    # a worker that died leaves no outcome, and its job ends without one
    "running": {"$and": [{"$eq": ["$attempts.outcome", None]}, {"$not": ["$is_finalized"]}]},
    "at": "$attempts.ended",
    "reason": "$attempts.outcome",
    "detail": "$attempts.detail",
    "total": {"$subtract": ["$attempts.ended", "$attempts.dispatched_at"]},
    "queue_wait": {"$subtract": ["$attempts.started", "$attempts.dispatched_at"]},
    "provider_time": "$attempts.provider_ms",
}


def _number(condition: object) -> _Expression:
    return {"$sum": {"$cond": [condition, 1, 0]}}


_COUNTS = {
    "_id": "$key",
    "jobs": {"$sum": 1},
    "done": _number("$done"),
    "timeouts": _number("$timeout"),
    "provider_errors": _number("$error"),
    "refusals": _number("$refusal"),
    "running": _number("$running"),
    "last_success": {"$max": {"$cond": ["$done", "$at", None]}},
    "last_error": {
        "$max": {
            "$cond": [
                {"$or": ["$done", {"$eq": [{"$ifNull": ["$at", None]}, None]}]},
                None,
                {"at": "$at", "reason": "$reason", "detail": "$detail"},
            ]
        }
    },
}
_SHORTEST = {"$max": ["$times.v", 1]}
_BUCKETS: list[_Expression] = [
    {"$match": {"done": True}},
    {"$project": {"key": 1, "times": [{"k": name, "v": f"${name}"} for name in _MEASURES]}},
    {"$unwind": "$times"},
    {"$match": {"times.v": {"$type": "number"}}},
    {
        "$group": {
            "_id": {
                "key": "$key",
                "measure": "$times.k",
                "bucket": {"$floor": {"$divide": [{"$ln": _SHORTEST}, GROWTH_LOG]}},
            },
            "count": {"$sum": 1},
        }
    },
]


def _counted(document: dict[str, Any]) -> Group:
    error = document.pop("last_error")
    last_error = None if error is None else LastError(error["at"], str(error["reason"]), str(error["detail"]))
    return Group(**document, last_error=last_error)


def _failure(document: dict[str, Any]) -> FailureGroup:
    group, last = document["_id"], document["last"]
    return FailureGroup(
        slot_id=group["slot"],
        reason=FailureReason(group["reason"]),
        count=document["count"],
        last_at=last["at"],
        detail=str(last["detail"]),
        job_id=last["job_id"],
    )
