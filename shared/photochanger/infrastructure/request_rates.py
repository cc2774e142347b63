"""How many requests each session has made in this minute, counted by all replicas together and written down seldom."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import DuplicateKeyError

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

WINDOW_MS = 60_000
#: A replica says what it has counted when so much time has passed or this share of the limit is reached: each lets at
#: most so much too much through.
SAID_SECONDS, SAID_SHARE = 1.0, 0.05
MAX_SESSIONS = 10_000


@dataclass(frozen=True)
class Use:
    """What is left of the limit, and the seconds until it is whole again; a request that is over it is not counted."""

    limit: int
    remaining: int
    reset_seconds: float
    is_over: bool


@dataclass
class _Minute:
    ends_at: float
    said_at: float
    known: int = 0
    unsaid: int = 0


class RequestRates:
    """Minutes are the database's; `clock` is monotonic."""

    def __init__(
        self,
        database: "AsyncIOMotorDatabase[dict[str, Any]]",
        *,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # a count that a change of primary loses is no loss
        self._rates: AsyncIOMotorCollection[dict[str, Any]] = database.get_collection(
            "request_rates", write_concern=WriteConcern(w=1)
        )
        self._per_minute = per_minute
        self._clock = clock
        self._minutes: dict[str, _Minute] = {}

    async def count(self, session: str) -> Use:
        """Count a request of the session, unless it is over the limit.

        Raises:
            DatabaseUnavailable: nobody knows.
        """
        minute = self._minutes.get(session)
        if minute is None or self._clock() >= minute.ends_at:
            minute = await self._heard(session, _Minute(ends_at=0.0, said_at=0.0, unsaid=1))
            self._remember(session, minute)
            return self._use(minute, is_over=minute.known > self._per_minute)
        if minute.known + minute.unsaid >= self._per_minute:
            return self._use(minute, is_over=True)
        minute.unsaid += 1
        if self._clock() - minute.said_at >= SAID_SECONDS or minute.unsaid >= self._per_minute * SAID_SHARE:
            await self._heard(session, minute)
        return self._use(minute, is_over=False)

    def _use(self, minute: _Minute, *, is_over: bool) -> Use:
        left = max(0, self._per_minute - minute.known - minute.unsaid)
        return Use(self._per_minute, left, max(0.0, minute.ends_at - self._clock()), is_over)

    def _remember(self, session: str, minute: _Minute) -> None:
        if len(self._minutes) >= MAX_SESSIONS:
            now = self._clock()
            self._minutes = {name: kept for name, kept in self._minutes.items() if kept.ends_at > now}
        if len(self._minutes) < MAX_SESSIONS:
            self._minutes[session] = minute

    async def _heard(self, session: str, minute: _Minute) -> _Minute:
        """Say what was counted since the last time, and hear what all have."""
        count, minute.unsaid, minute.said_at = minute.unsaid, 0, self._clock()
        minute.known += count
        try:
            document = await self._written(session, count)
        except DuplicateKeyError:
            # two have made the document at once; for the second one it is there
            document = await self._written(session, count)
        minute.known = max(minute.known, document["used"])
        minute.ends_at = self._clock() + document["left_ms"] / 1000
        return minute

    async def _written(self, session: str, count: int) -> dict[str, Any]:
        now_ms = {"$toLong": NOW}
        number = {"$trunc": {"$divide": [now_ms, WINDOW_MS]}}
        used = {"$cond": [{"$eq": ["$minute", number]}, "$used", 0]}
        changes = {"used": {"$add": [used, count]}, "minute": number, "expires_at": after_now(2 * WINDOW_MS)}
        left = {"$subtract": [WINDOW_MS, {"$mod": [now_ms, WINDOW_MS]}]}
        with translated():
            document: dict[str, Any] = await self._rates.find_one_and_update(
                {"_id": session},
                [{"$set": changes}],
                projection={"used": 1, "left_ms": left},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return document
