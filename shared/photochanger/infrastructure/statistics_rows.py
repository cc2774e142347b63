"""Statistics counted from rows of `jobs`, in one pass over the rows of some spans."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome, JobSource, JobStatus
from photochanger.domain.log_histogram import GROWTH_LOG
from photochanger.domain.statistics import COUNTS, FailureSums, LastError, PeriodSums, Sums, Timed
from photochanger.domain.statistics_spans import Span
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: One pass, in the database and on the way.
QUERY_SECONDS = 5.0

_Expression = dict[str, Any]
_JOB_ERRORS = (FailureReason.PROVIDER_ERROR, FailureReason.PROVIDER_UNAVAILABLE, FailureReason.BAD_OUTPUT)
_ATTEMPT_ERRORS = (AttemptOutcome.FAILED, AttemptOutcome.UNAVAILABLE, AttemptOutcome.BAD_OUTPUT)


class StatisticsRows:
    """Photos are counted by when they came; test runs are left out."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def sums(self, spans: Sequence[Span], *, step: timedelta) -> Mapping[datetime, PeriodSums]:
        """Give what came within the spans, by the multiple of `step` (from 1970 in UTC) that it came in.

        Raises:
            DatabaseUnavailable: also when it takes longer than `QUERY_SECONDS`.
        """
        if not spans:
            return {}
        # the client sends what is left of it as maxTimeMS
        with translated(), pymongo.timeout(QUERY_SECONDS):
            [found] = await self._jobs.aggregate(_pipeline(spans, step)).to_list(None)
        sums: dict[datetime, PeriodSums] = defaultdict(PeriodSums)
        for document in found["slots"]:
            sums[document["_id"]["bin"]].slots[document["_id"]["key"]] = _sums(document)
        for document in found["providers"]:
            sums[document["_id"]["bin"]].providers[document["_id"]["key"]] = _sums(document)
        for document in found["slot_times"]:
            _note_time(sums[document["_id"]["bin"]].slots, document)
        for document in found["provider_times"]:
            _note_time(sums[document["_id"]["bin"]].providers, document)
        for document in found["failures"]:
            key, last = document["_id"], document["last"]
            failures = FailureSums(document["count"], last["at"], last["job_id"])
            sums[key["bin"]].failures[key["slot"], key["reason"]] = failures
        return sums


def _pipeline(spans: Sequence[Span], step: timedelta) -> list[_Expression]:
    came = [{"created_at": {"$gte": span.start, "$lt": span.end}} for span in spans]
    milliseconds = {"$toLong": "$created_at"}
    step_ms = step // timedelta(milliseconds=1)
    in_step = {"$toDate": {"$subtract": [milliseconds, {"$mod": [milliseconds, step_ms]}]}}
    attempts: list[_Expression] = [{"$unwind": "$attempts"}, {"$project": _ATTEMPT}]
    return [
        {"$match": {"source": JobSource.INGEST.value, "$or": came}},
        {"$project": {"bin": in_step, **dict.fromkeys(_READ, 1)}},
        {
            "$facet": {
                "slots": [{"$project": _JOB}, {"$group": _COUNTED}],
                "slot_times": [{"$match": {"status": JobStatus.DONE.value}}, {"$project": _JOB}, *_BUCKETS],
                "providers": [*attempts, {"$group": _COUNTED}],
                "provider_times": [*attempts, {"$match": {"done": True}}, *_BUCKETS],
                "failures": [{"$match": {"failure_reason": {"$type": "string"}}}, {"$group": _FAILURES}],
            }
        },
    ]


_READ = (
    "slot_id",
    "status",
    "is_finalized",
    "created_at",
    "finalized_at",
    "failure_reason",
    *(f"attempts.{name}" for name in ("provider", "outcome", "dispatched_at", "started", "ended", "provider_ms")),
)


def _is(expression: str, *values: str) -> _Expression:
    return {"$in": [expression, list(values)]}


#: A job, and below an attempt, as the grouping below takes it.
_JOB = {
    "bin": 1,
    "key": "$slot_id",
    "done": _is("$status", JobStatus.DONE),
    "timeouts": _is("$status", JobStatus.TIMEOUT),
    "provider_errors": _is("$failure_reason", *_JOB_ERRORS),
    "refusals": _is("$failure_reason", FailureReason.PROVIDER_REFUSED),
    "running": {"$not": ["$is_finalized"]},
    "at": "$finalized_at",
    "reason": "$failure_reason",
    Timed.TOTAL.value: {"$subtract": ["$finalized_at", "$created_at"]},
    Timed.QUEUE_WAIT.value: {"$subtract": [{"$first": "$attempts.started"}, "$created_at"]},
    Timed.PROVIDER_TIME.value: {"$sum": "$attempts.provider_ms"},
}
_ATTEMPT = {
    "bin": 1,
    "key": "$attempts.provider",
    "done": _is("$attempts.outcome", AttemptOutcome.DELIVERED),
    "timeouts": _is("$attempts.outcome", AttemptOutcome.CUT, AttemptOutcome.NOT_STARTED, AttemptOutcome.LATE),
    "provider_errors": _is("$attempts.outcome", *_ATTEMPT_ERRORS),
    "refusals": _is("$attempts.outcome", AttemptOutcome.REFUSED),
    # a worker that died leaves no outcome, and its job ends without one
    "running": {"$and": [{"$eq": ["$attempts.outcome", None]}, {"$not": ["$is_finalized"]}]},
    "at": "$attempts.ended",
    "reason": "$attempts.outcome",
    Timed.TOTAL.value: {"$subtract": ["$attempts.ended", "$attempts.dispatched_at"]},
    Timed.QUEUE_WAIT.value: {"$subtract": ["$attempts.started", "$attempts.dispatched_at"]},
    Timed.PROVIDER_TIME.value: "$attempts.provider_ms",
}
_HAS_FAILED = {"$and": [{"$not": ["$done"]}, {"$gt": ["$at", None]}, {"$gt": ["$reason", None]}]}
_COUNTED: _Expression = {
    "_id": {"bin": "$bin", "key": "$key"},
    "jobs": {"$sum": 1},
    **{name: {"$sum": {"$cond": [f"${name}", 1, 0]}} for name in COUNTS if name != "jobs"},
    "last_success": {"$max": {"$cond": ["$done", "$at", None]}},
    "last_error": {"$max": {"$cond": [_HAS_FAILED, {"at": "$at", "job_id": "$_id", "reason": "$reason"}, None]}},
}
_FAILURES: _Expression = {
    "_id": {"bin": "$bin", "slot": "$slot_id", "reason": "$failure_reason"},
    "count": {"$sum": 1},
    "last": {"$max": {"at": "$finalized_at", "job_id": "$_id"}},
}
_BUCKETS: list[_Expression] = [
    {"$project": {"bin": 1, "key": 1, "times": [{"k": timed.value, "v": f"${timed.value}"} for timed in Timed]}},
    {"$unwind": "$times"},
    {"$match": {"times.v": {"$type": "number"}}},
    {
        "$group": {
            "_id": {
                "bin": "$bin",
                "key": "$key",
                "timed": "$times.k",
                "bucket": {"$floor": {"$divide": [{"$ln": {"$max": ["$times.v", 1]}}, GROWTH_LOG]}},
            },
            "count": {"$sum": 1},
        }
    },
]


def _sums(document: dict[str, Any]) -> Sums:
    error = document["last_error"]
    return Sums(
        **{name: document[name] for name in COUNTS},
        last_success=document["last_success"],
        last_error=None if error is None else LastError(error["at"], error["job_id"], error["reason"]),
    )


def _note_time(groups: dict[str, Sums], document: dict[str, Any]) -> None:
    place = document["_id"]
    groups[place["key"]].times[Timed(place["timed"])][int(place["bucket"])] = document["count"]
