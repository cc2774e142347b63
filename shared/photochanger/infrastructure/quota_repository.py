"""Documents of `quotas`: what of each limit is used, one document per limit; every step is one write by the server.

A limit's document says in the same write that decides whether it was granted, so that no two workers decide on what
both have read. Times are the database's.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from photochanger.domain.availability import Scope
from photochanger.domain.provider_limits import Limit
from photochanger.domain.rate import Rate
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A next turn further ahead than this was written by a clock that has been set back since.
FARTHEST_TURN_MS = 120_000
BELIEVED_MS = 1_000
_FORGOTTEN_MS = 48 * 3_600_000

Expression = dict[str, Any]


@dataclass(frozen=True)
class QuotaKey:
    """One limit of one provider, for everybody or on behalf of one slot."""

    provider: str
    limit: Limit
    slot_id: str | None = None

    @property
    def id(self) -> str:
        return f"{self.provider}/{self.slot_id or '*'}/{self.limit.value}"


@dataclass(frozen=True)
class Taken:
    """What was asked for at `at`. `wait_ms` until a turn that is granted, else until asking is of use; None: not known.

    `mark` lets what was taken be given back: a lease's token, the day, or the next turn as it was written.
    """

    is_granted: bool
    wait_ms: float | None
    at: datetime
    mark: str | float | None = None


@dataclass(frozen=True)
class QuotaUse:
    """What is used of one limit: so much on `day`, or at once; of a rate, how far ahead its turns are taken."""

    provider: str
    slot_id: str | None
    limit: Limit
    day: str | None
    used: int | None
    ahead_ms: float


class QuotaRepository:
    """Every method may raise `DatabaseUnavailable`; then something may have been taken, which heals by itself.

    `now` is the expression for the time: `$$NOW`, unless a test lets a day turn.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]", now: str | datetime = "$$NOW") -> None:
        self._quotas: AsyncIOMotorCollection[dict[str, Any]] = database["quotas"]
        self._now = now

    async def take_turn(self, key: QuotaKey, rate: Rate, *, patience_ms: float) -> Taken:
        """Take the next turn of a sliding rate, as `Rate.take` says."""
        now_ms = {"$toDouble": {"$toLong": self._now}}
        farthest = {"$add": [now_ms, FARTHEST_TURN_MS]}
        free_at = {"$min": [{"$max": [{"$ifNull": ["$free_at_ms", 0.0]}, now_ms]}, farthest]}
        ahead = {"$subtract": ["$free_at_ms", {"$add": [now_ms, rate.tolerance_ms]}]}
        taken = {"$cond": ["$is_granted", {"$add": ["$free_at_ms", rate.interval_ms]}, "$free_at_ms"]}
        document = await self._decide(
            key,
            {"free_at_ms": free_at},
            {"wait_ms": {"$max": [0.0, ahead]}},
            {"is_granted": {"$lte": ["$wait_ms", patience_ms]}},
            {"free_at_ms": taken},
        )
        return Taken(document["is_granted"], document["wait_ms"], document["at"], mark=document["free_at_ms"])

    async def take_more_turns(self, key: QuotaKey, rate: Rate, count: int) -> None:
        """Take turns that were used without being asked for: whoever comes next waits for them too."""
        change = {"$inc": {"free_at_ms": count * rate.interval_ms}}
        with translated():
            await self._quotas.update_one({"_id": key.id}, change)

    async def give_turn_back(self, key: QuotaKey, rate: Rate, taken: Taken) -> None:
        """Give back a turn that was not used, if nobody has taken a later one: two would meet at that one's time."""
        change = {"$inc": {"free_at_ms": -rate.interval_ms}}
        with translated():
            await self._quotas.update_one({"_id": key.id, "free_at_ms": taken.mark}, change)

    async def take_of_day(self, key: QuotaKey, limit: int, *, amount: int, time_zone: str) -> Taken:
        """Take an amount of what a day has; it begins at midnight in the time zone, whatever its clocks do then."""
        day = {"$dateToString": {"date": self._now, "format": "%Y-%m-%d", "timezone": time_zone}}
        midnight = {"$dateTrunc": {"date": self._now, "unit": "day", "timezone": time_zone}}
        tomorrow = {"$dateAdd": {"startDate": midnight, "unit": "day", "amount": 1, "timezone": time_zone}}
        used_today = {"$cond": [{"$eq": ["$day", day]}, {"$ifNull": ["$used", 0]}, 0]}
        document = await self._decide(
            key,
            {"used": used_today},
            {"day": day, "wait_ms": {"$toDouble": {"$subtract": [tomorrow, self._now]}}},
            {"is_granted": {"$lte": [{"$add": ["$used", amount]}, limit]}},
            {"used": {"$cond": ["$is_granted", {"$add": ["$used", amount]}, "$used"]}},
        )
        return Taken(document["is_granted"], document["wait_ms"], document["at"], mark=document["day"])

    async def settle_day(self, key: QuotaKey, taken: Taken, *, change: int) -> None:
        """Add what a call used beyond what was taken (or less, below zero), if that day is not over."""
        with translated():
            await self._quotas.update_one({"_id": key.id, "day": taken.mark}, {"$inc": {"used": change}})

    async def take_place(self, key: QuotaKey, limit: int, *, lease_ms: int) -> Taken:
        """Take one of the places for calls at once; it is free again when it is given back or its lease is over."""
        token = uuid.uuid4().hex
        living = {"$filter": {"input": {"$ifNull": ["$leases", []]}, "cond": {"$gt": ["$$this.until", self._now]}}}
        lease = {"token": literal(token), "until": {"$add": [self._now, lease_ms]}}
        document = await self._decide(
            key,
            {"leases": living, "wait_ms": None},
            {"is_granted": {"$lt": [{"$size": "$leases"}, limit]}},
            {"leases": {"$cond": ["$is_granted", {"$concatArrays": ["$leases", [lease]]}, "$leases"]}},
        )
        return Taken(document["is_granted"], None, document["at"], mark=token)

    async def give_place_back(self, key: QuotaKey, taken: Taken) -> None:
        with translated():
            await self._quotas.update_one({"_id": key.id}, {"$pull": {"leases": {"token": taken.mark}}})

    async def waits_ms(self) -> Mapping[Scope, float]:
        """How long each provider is used up yet, for everybody and for slots, where somebody was told so just now.

        A refusal is believed for a second only: then somebody asks again, also because a limit may have been raised.
        """
        left = {"$subtract": ["$refused_until", self._now]}
        condition = {"$expr": {"$gt": ["$believed_until", self._now]}}
        waits: dict[Scope, float] = {}
        with translated():
            documents = await self._quotas.find(condition, {"provider": 1, "slot_id": 1, "left": left}).to_list(None)
        for document in documents:
            scope = document["provider"], document["slot_id"]
            waits[scope] = max(waits.get(scope, 0.0), float(document["left"]))
        return waits

    async def uses(self, *, of_slots: bool = False) -> list[QuotaUse]:
        """What is used of each limit by everybody together; `of_slots`: and on behalf of each slot."""
        places = {"$filter": {"input": {"$ifNull": ["$leases", []]}, "cond": {"$gt": ["$$this.until", self._now]}}}
        now_ms = {"$toDouble": {"$toLong": self._now}}
        fields = {
            "_id": 0,
            "provider": 1,
            "slot_id": {"$ifNull": ["$slot_id", None]},
            "limit": 1,
            "day": {"$ifNull": ["$day", None]},
            "used": {"$cond": [{"$isArray": "$leases"}, {"$size": places}, {"$ifNull": ["$used", None]}]},
            "ahead_ms": {"$max": [0.0, {"$subtract": [{"$ifNull": ["$free_at_ms", 0.0]}, now_ms]}]},
        }
        condition: dict[str, Any] = {"limit": {"$in": [limit.value for limit in Limit]}}
        if not of_slots:
            condition["slot_id"] = None
        with translated():
            documents = await self._quotas.find(condition, fields).sort("_id", 1).to_list(None)
        return [QuotaUse(**document) for document in documents]

    async def _decide(self, key: QuotaKey, *steps: Expression) -> dict[str, Any]:
        """Run the steps in one write; what they leave under `is_granted` and `wait_ms` is the decision."""
        refused_until = {"$cond": ["$is_granted", None, {"$add": [self._now, "$wait_ms"]}]}
        believed_until = {"$min": ["$refused_until", {"$add": [self._now, BELIEVED_MS]}]}
        named = {
            "provider": key.provider,
            "slot_id": literal(key.slot_id),
            "limit": key.limit.value,
            "at": self._now,
            "expires_at": {"$add": [self._now, _FORGOTTEN_MS]},
            "refused_until": refused_until,
        }
        believed = {"believed_until": {"$cond": ["$refused_until", believed_until, None]}}
        update = [{"$set": step} for step in (*steps, named, believed)]
        with translated():
            try:
                return await self._written(key, update)
            except DuplicateKeyError:
                # two have made the document at once; for the second one it is there
                return await self._written(key, update)

    async def _written(self, key: QuotaKey, update: list[Expression]) -> dict[str, Any]:
        document: dict[str, Any] = await self._quotas.find_one_and_update(
            {"_id": key.id},
            update,
            projection={"is_granted": 1, "wait_ms": 1, "at": 1, "free_at_ms": 1, "day": 1},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return document
