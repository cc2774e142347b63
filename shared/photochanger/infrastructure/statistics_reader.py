"""Statistics of any time: whole hours and days from their sums, the rest from rows of `jobs`."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo

from photochanger.domain.statistics import PeriodSums
from photochanger.domain.statistics_spans import HOUR, ROWS_KEPT, Parts, Span, countable, floor_to, parts_of
from photochanger.infrastructure.mongo import translated
from photochanger.infrastructure.statistics_documents import sums_of
from photochanger.infrastructure.statistics_rollup import read_progress
from photochanger.infrastructure.statistics_rows import StatisticsRows

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: Reading the sums of a month.
QUERY_SECONDS = 5.0
#: One bin for everything.
ALL_OF_IT = timedelta(days=365_000)


@dataclass(frozen=True)
class Counted:
    """What came within `span`, by the multiple of `step` (from 1970 in UTC) that it came in."""

    span: Span
    step: timedelta
    sums: Mapping[datetime, PeriodSums]

    @property
    def total(self) -> PeriodSums:
        return PeriodSums.of(self.sums.values())


@dataclass(frozen=True)
class JobWords:
    """What a row says of its failure, and what each provider said at the end of an attempt."""

    failure_detail: str
    attempts: Mapping[tuple[str, datetime], str]


class StatisticsReader:
    """Test runs are left out. Every method may raise `DatabaseUnavailable`, also when it takes too long."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._database = database
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]
        self._rows = StatisticsRows(database)

    async def count(self, span: Span, *, step: timedelta = ALL_OF_IT) -> Counted:
        """Give what came within the span; where rows may be gone, with the full hours that its ends lie in.

        There a step of less than an hour is an hour.
        """
        progress = await read_progress(self._database)
        span = countable(span, now=progress.now)
        if span.start < progress.now - ROWS_KEPT:
            step = max(step, HOUR)
        parts = _with_rows_for(step, parts_of(span, rolled_until=progress.rolled_until), span)
        sums: dict[datetime, PeriodSums] = defaultdict(PeriodSums)
        documents = [
            *await self._documents("statistics_daily", parts.days),
            *await self._documents("statistics_hourly", parts.hours),
        ]
        # in a thread, so that others are answered meanwhile
        await asyncio.to_thread(_add_up, documents, step, sums)
        for at, found in (await self._rows.sums(parts.rows, step=step)).items():
            sums[at].add(found)
        return Counted(span, step, sums)

    async def words(self, job_ids: Iterable[str]) -> Mapping[str, JobWords]:
        """Give what is left of the words in the rows of the jobs; a row that is gone is missing."""
        fields = {"failure_detail": 1, "attempts.provider": 1, "attempts.ended": 1, "attempts.detail": 1}
        with translated():
            documents = await self._jobs.find({"_id": {"$in": list(job_ids)}}, fields).to_list(None)
        return {document["_id"]: _words(document) for document in documents}

    async def _documents(self, name: str, spans: Iterable[Span]) -> list[dict[str, Any]]:
        conditions = [{"_id": {"$gte": span.start, "$lt": span.end}} for span in spans]
        if not conditions:
            return []
        with translated(), pymongo.timeout(QUERY_SECONDS):
            return await self._database[name].find({"$or": conditions}).to_list(None)


def _with_rows_for(step: timedelta, parts: Parts, span: Span) -> Parts:
    """Sums cannot be cut into steps shorter than their own."""
    if step < HOUR:
        return Parts((), (), (span,))
    if step < timedelta(days=1):
        return Parts((), _joined(parts), parts.rows)
    return parts


def _joined(parts: Parts) -> tuple[Span, ...]:
    return tuple(sorted((*parts.days, *parts.hours), key=lambda span: span.start))


def _add_up(documents: Iterable[dict[str, Any]], step: timedelta, sums: dict[datetime, PeriodSums]) -> None:
    for document in documents:
        sums[floor_to(document["_id"], step)].add(sums_of(document))


def _words(document: dict[str, Any]) -> JobWords:
    said = {
        (attempt["provider"], attempt["ended"]): str(attempt.get("detail", ""))
        for attempt in document["attempts"]
        if attempt.get("ended") is not None
    }
    return JobWords(str(document.get("failure_detail", "")), said)
