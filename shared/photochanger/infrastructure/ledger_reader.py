"""The ledger as people read it: provider calls by slot, provider and day, and those whose cost nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo

from photochanger.domain.provider_call import CallOutcome
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

QUERY_SECONDS = 5.0
MAX_UNCERTAIN = 1_000
#: A call begins within its photo's window, at most 60 s, and what it costs nobody looks for later.
_LONGEST_WINDOW = timedelta(minutes=2)
#: In a group's outcomes: the call is under way.
RUNNING = "running"

_Expression = dict[str, Any]


@dataclass(frozen=True)
class CallGroup:
    """Calls with the same ending; `outcome` is a `CallOutcome` or `RUNNING`, `cost_micros` the sum that is known.

    `uncertain` of the calls have ended without anybody knowing what they cost.
    """

    slot_id: str
    provider: str
    #: of the call's begin, in the provider's time zone
    day: date
    model: str | None
    currency: str | None
    outcome: str
    calls: int
    cost_micros: int
    uncertain: int


@dataclass(frozen=True)
class UncertainCall:
    """A call that has ended, and may have been charged."""

    job_id: str
    attempt: int
    slot_id: str
    provider: str
    model: str | None
    at: datetime
    outcome: CallOutcome


@dataclass(frozen=True)
class Span:
    """Calls begun from `start` on and before `end`; `slot_id` None: of every slot."""

    start: datetime
    end: datetime
    slot_id: str | None = None
    #: of the providers' days; one that is missing has those of UTC
    time_zones: Mapping[str, str] = field(default_factory=dict)


class LedgerReader:
    """Test runs count: they cost money like photos. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def sums(self, span: Span) -> list[CallGroup]:
        """Give the calls by slot, provider, day and ending."""
        day = {"date": "$call.at", "format": "%Y-%m-%d", "timezone": _time_zone(span.time_zones)}
        names = ("slot_id", "provider", "model", "currency", "outcome")
        key = {name: f"${name}" for name in names} | {"day": {"$dateToString": day}}
        sums: _Expression = {
            "calls": {"$sum": 1},
            "cost_micros": {"$sum": "$call.cost_micros"},
            "uncertain": {"$sum": {"$cond": ["$is_uncertain", 1, 0]}},
        }
        found = await self._query([*_calls_of(span), {"$group": {"_id": key, **sums}}, {"$sort": {"_id": 1}}])
        return [_group(document) for document in found]

    async def uncertain(self, span: Span) -> list[UncertainCall]:
        """Give the newest `MAX_UNCERTAIN` calls whose cost is not known, newest first."""
        newest: list[_Expression] = [{"$sort": {"call.at": -1}}, {"$limit": MAX_UNCERTAIN}]
        found = await self._query([*_calls_of(span), {"$match": {"is_uncertain": True}}, *newest])
        return [
            UncertainCall(
                job_id=document["_id"],
                attempt=document["attempt"],
                slot_id=document["slot_id"],
                provider=document["provider"],
                model=document.get("model"),
                at=document["call"]["at"],
                outcome=CallOutcome(document["outcome"]),
            )
            for document in found
        ]

    async def _query(self, pipeline: list[_Expression]) -> list[dict[str, Any]]:
        # the client sends what is left of it as maxTimeMS
        with translated(), pymongo.timeout(QUERY_SECONDS):
            return await self._jobs.aggregate(pipeline).to_list(None)


def _calls_of(span: Span) -> list[_Expression]:
    jobs: _Expression = {"created_at": {"$gte": span.start - _LONGEST_WINDOW, "$lt": span.end}}
    if span.slot_id is not None:
        jobs["slot_id"] = span.slot_id
    return [
        {"$match": jobs},
        {"$project": {"slot_id": 1, "is_finalized": 1, "attempts": 1}},
        {"$unwind": "$attempts"},
        {"$unwind": "$attempts.ledger"},
        {"$match": {"attempts.ledger.at": {"$gte": span.start, "$lt": span.end}}},
        {"$project": _CALL},
    ]


_OPEN_IS = {"$cond": ["$is_finalized", CallOutcome.UNKNOWN.value, RUNNING]}
_HAS_ENDED = {"$or": ["$is_finalized", {"$ne": [{"$type": "$attempts.ledger.outcome"}, "missing"]}]}
_CALL: _Expression = {
    "slot_id": 1,
    "provider": "$attempts.provider",
    "attempt": "$attempts.n",
    "model": {"$ifNull": ["$attempts.ledger.model", None]},
    "currency": {"$ifNull": ["$attempts.ledger.currency", None]},
    "outcome": {"$ifNull": ["$attempts.ledger.outcome", _OPEN_IS]},
    "is_uncertain": {"$and": [_HAS_ENDED, {"$eq": [{"$type": "$attempts.ledger.cost_micros"}, "missing"]}]},
    "call": "$attempts.ledger",
}


def _time_zone(zones: Mapping[str, str]) -> _Expression | str:
    branches = [{"case": {"$eq": ["$provider", literal(name)]}, "then": zone} for name, zone in zones.items()]
    return {"$switch": {"branches": branches, "default": "UTC"}} if branches else "UTC"


def _group(document: dict[str, Any]) -> CallGroup:
    key = document["_id"]
    return CallGroup(
        slot_id=key["slot_id"],
        provider=key["provider"],
        day=date.fromisoformat(key["day"]),
        model=key["model"],
        currency=key["currency"],
        outcome=key["outcome"],
        calls=document["calls"],
        cost_micros=document["cost_micros"],
        uncertain=document["uncertain"],
    )
