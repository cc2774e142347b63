"""Makes the hourly and daily sums from rows, whichever process comes to it, and makes them anew when asked.

An hour is summed up once no job of it can run any more. Its document is replaced as a whole, never added to: an hour
that two processes sum up is counted once all the same. `rolled_until` moves on only behind written documents.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo
from pymongo import ReturnDocument

from photochanger.domain.statistics import PeriodSums
from photochanger.domain.statistics_spans import DAY, HOUR, ROWS_KEPT, Span, ceil_to, floor_to
from photochanger.infrastructure.mongo import translated
from photochanger.infrastructure.statistics_documents import document_of, sums_of
from photochanger.infrastructure.statistics_rows import StatisticsRows

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

#: After an hour's end: the longest window, the 30 s in which every job ends, and what a late worker still writes.
SETTLE = timedelta(minutes=5)
#: Of a job of an hour, its deadline is before the hour's end and this.
_LONGEST_WINDOW = timedelta(minutes=2)
#: Whoever claimed the work is dead after this; each hour's write renews it.
LEASE_MS = 60_000
#: Each of the other queries and writes, also over a month of documents.
_QUERY_SECONDS = 5.0

_STATE = "rollup"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class LostClaim(Exception):
    """Somebody else does the work now; what was written is right all the same."""


@dataclass(frozen=True)
class Progress:
    """Hours before `rolled_until` have their sums (None: there are none yet); `now` is the database's time."""

    rolled_until: datetime | None
    now: datetime


@dataclass(frozen=True)
class _Claim:
    token: str
    progress: Progress


class StatisticsRollup:
    """Every method may raise `DatabaseUnavailable`; then the next call goes on where this one stopped."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs = database["jobs"]
        self._hours, self._days = database["statistics_hourly"], database["statistics_daily"]
        self._progress = database["statistics_progress"]
        self._rows = StatisticsRows(database)

    async def roll_up(self, *, at_most: int) -> int:
        """Sum up the hours that are due, oldest first, at most so many; give how many.

        0: nothing is due, an old job still runs, or another process is at it.
        """
        claim = await self._claim()
        if claim is None:
            return 0
        try:
            return await self._roll_up(claim, at_most)
        except LostClaim:
            return 0
        finally:
            await self._release(claim)

    async def rebuild(self) -> int | None:
        """Make the sums of every hour anew whose rows are all there; give how many hours. None: another is at it."""
        claim = await self._claim()
        if claim is None:
            return None
        try:
            return await self._rebuild(claim)
        except LostClaim:
            return None
        finally:
            await self._release(claim)

    async def _roll_up(self, claim: _Claim, at_most: int) -> int:
        progress = claim.progress
        until, count = progress.rolled_until or await self._oldest_hour(), 0
        if until is None:
            return 0
        due = floor_to(progress.now - SETTLE, HOUR)
        while until < due and count < at_most:
            hour = await self._next_hour(until, before=due)
            if hour is not None and await self._has_running(hour):
                due = hour  # whoever ends overdue jobs comes by; up to there nothing is missing
                hour = None
            if hour is not None:
                await self._write_hour(hour)
                count += 1
            reached = due if hour is None else hour + HOUR
            await self._write_days(until, reached)
            await self._advance(claim, reached)
            until = reached
        return count

    async def _rebuild(self, claim: _Claim) -> int:
        until = claim.progress.rolled_until
        hour = ceil_to(claim.progress.now - ROWS_KEPT, HOUR)
        if until is None or hour >= until:
            return 0
        first, count = hour, 0
        while hour < until:
            await self._write_hour(hour)
            await self._renew(claim)
            hour, count = hour + HOUR, count + 1
        await self._write_days(first, until)
        return count

    async def _oldest_hour(self) -> datetime | None:
        return await self._hour_of_first({})

    async def _next_hour(self, at: datetime, *, before: datetime) -> datetime | None:
        """The first hour from `at` on that photos came in."""
        return await self._hour_of_first({"created_at": {"$gte": at, "$lt": before}})

    async def _hour_of_first(self, condition: dict[str, Any]) -> datetime | None:
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            first = await self._jobs.find_one(condition, {"created_at": 1}, sort=[("created_at", 1), ("_id", 1)])
        return None if first is None else floor_to(first["created_at"], HOUR)

    async def _has_running(self, hour: datetime) -> bool:
        ends = {"$gte": hour, "$lt": hour + HOUR + _LONGEST_WINDOW}
        condition = {"is_finalized": False, "sync_deadline": ends, "created_at": {"$gte": hour, "$lt": hour + HOUR}}
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            return await self._jobs.find_one(condition, {"_id": 1}) is not None

    async def _write_hour(self, hour: datetime) -> None:
        counted = await self._rows.sums([Span(hour, hour + HOUR)], step=HOUR)
        await self._write(self._hours, hour, counted.get(hour))

    async def _write_days(self, start: datetime, end: datetime) -> None:
        """Sum up the days that end after `start` and by `end`, from their hours."""
        last = floor_to(end, DAY)
        first = floor_to(start, DAY)
        if first >= last:
            return
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            hours = await self._hours.distinct("_id", {"_id": {"$gte": first, "$lt": last}})
        for day in sorted({floor_to(hour, DAY) for hour in hours}):
            with translated(), pymongo.timeout(_QUERY_SECONDS):
                documents = await self._hours.find({"_id": {"$gte": day, "$lt": day + DAY}}).to_list(None)
            await self._write(self._days, day, PeriodSums.of(sums_of(document) for document in documents))

    async def _write(self, collection: Any, at: datetime, sums: PeriodSums | None) -> None:
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            if sums is None:
                await collection.delete_one({"_id": at})
            else:
                await collection.replace_one({"_id": at}, document_of(sums), upsert=True)

    async def _claim(self) -> _Claim | None:
        token = uuid.uuid4().hex
        now: Any = "$$NOW"
        claimed = {"owner": token, "lease_until": {"$add": [now, LEASE_MS]}, "claimed_at": now}
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            await self._progress.update_one({"_id": _STATE}, {"$setOnInsert": {"lease_until": _LONG_AGO}}, upsert=True)
            document: dict[str, Any] | None = await self._progress.find_one_and_update(
                {"_id": _STATE, "$expr": {"$lte": ["$lease_until", now]}},
                [{"$set": claimed}],
                return_document=ReturnDocument.AFTER,
            )
        if document is None:
            return None
        return _Claim(token, Progress(document.get("rolled_until"), document["claimed_at"]))

    async def _renew(self, claim: _Claim, changes: Iterable[tuple[str, object]] = ()) -> None:
        renewed = {"lease_until": {"$add": ["$$NOW", LEASE_MS]}, **dict(changes)}
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            done = await self._progress.update_one({"_id": _STATE, "owner": claim.token}, [{"$set": renewed}])
        if done.matched_count == 0:
            raise LostClaim

    async def _advance(self, claim: _Claim, until: datetime) -> None:
        await self._renew(claim, [("rolled_until", until)])

    async def _release(self, claim: _Claim) -> None:
        with translated(), pymongo.timeout(_QUERY_SECONDS):
            await self._progress.update_one(
                {"_id": _STATE, "owner": claim.token}, {"$set": {"lease_until": _LONG_AGO, "owner": None}}
            )


async def read_progress(database: "AsyncIOMotorDatabase[dict[str, Any]]") -> Progress:
    """How far the sums are, and the database's time.

    Raises:
        DatabaseUnavailable: nobody knows.
    """
    with translated():
        document = await database["statistics_progress"].find_one({"_id": _STATE}, {"rolled_until": 1, "now": "$$NOW"})
        if document is not None:
            return Progress(document.get("rolled_until"), document["now"])
        now = (await database.command("hello", codec_options=database.codec_options))["localTime"]
    return Progress(None, now)
