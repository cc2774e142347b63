"""Rows of `jobs` as people read them; nothing here is on one photo's way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymongo
from pydantic import BaseModel, ConfigDict, Field

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import RUNNING, JobSource, JobStatus
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A page, in the database and on the way.
QUERY_SECONDS = 2.0
MAX_MERGED_SLOTS = 100
#: A result lives at most so long (the setting's highest), and its window before.
_LONGEST_LIFE = timedelta(hours=168, minutes=2)

#: What each end may be for: the index of failures begins with the reason.
_REASONS = {
    JobStatus.TIMEOUT: (FailureReason.TIMEOUT,),
    JobStatus.CANCELLED: (FailureReason.CANCELLED,),
    JobStatus.FAILED: tuple(
        reason for reason in FailureReason if reason not in {FailureReason.TIMEOUT, FailureReason.CANCELLED}
    ),
}


class JobLine(BaseModel):
    """A row as a list shows it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(alias="_id")
    slot_id: str
    slot_version: int
    status: JobStatus
    failure_reason: FailureReason | None = None
    failure_detail: str = ""
    source: JobSource
    #: what the client calls itself; empty where it did not say, and once the result's life is over
    booth: str | None = None
    filename: str = ""
    created_at: datetime
    sync_deadline: datetime
    finalized_at: datetime | None = None
    expires_at: datetime | None = None
    result_mime_type: str | None = None
    result_size_bytes: int | None = None
    result_width: int | None = None
    result_height: int | None = None
    revoked_at: datetime | None = None
    public_id: str
    #: of the latest attempt
    provider: str | None = None


_LINE_FIELDS = {
    **dict.fromkeys((field.alias or name for name, field in JobLine.model_fields.items()), 1),
    "provider": {"$last": "$attempts.provider"},
}


@dataclass(frozen=True)
class Place:
    """A row's place in the order newest first; behind it the next page begins, also when the row is gone."""

    created_at: datetime
    id: str


@dataclass(frozen=True)
class JobFilter:
    """What a list is cut down to; None: no matter. `since` counts, `until` does not.

    Each condition is one that an index answers (`mongo/indexes.py`), alone and with others.
    """

    id: str | None = None
    slot_id: str | None = None
    #: what the client calls itself
    booth: str | None = None
    status: JobStatus | None = None
    reason: FailureReason | None = None
    source: JobSource | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: a picture that can still be seen
    has_picture: bool = False

    def condition(self, booths_slots: Sequence[str] = ()) -> dict[str, Any]:
        """`booths_slots` are all that the booth has posted to, where there is a booth and no slot."""
        given = {"_id": self.id, "slot_id": self.slot_id, "booth": self.booth, "source": self.source}
        found: dict[str, Any] = {name: str(value) for name, value in given.items() if value is not None}
        if booths_slots and self.slot_id is None:
            found["slot_id"] = {"$in": list(booths_slots)}
        times = {"$gte": self.since, "$lt": self.until}
        if bounds := {operator: time for operator, time in times.items() if time is not None}:
            found["created_at"] = bounds
        return found | self._of_end() | self._of_picture()

    def _of_end(self) -> dict[str, Any]:
        found: dict[str, Any] = {} if self.status is None else {"status": self.status.value}
        if self.status in RUNNING:
            # few rows, and an index of their own
            found |= {"is_finalized": False, "sync_deadline": {"$type": "date"}}
        if self.reason is None and self.status not in _REASONS:
            return found | self._without_reason()
        possible = tuple(FailureReason) if self.status is None else _REASONS.get(self.status, ())
        reasons = [reason.value for reason in possible if self.reason in {None, reason}]
        return found | {"failure_reason": {"$in": reasons, "$type": "string"}}

    def _without_reason(self) -> dict[str, Any]:
        if self.status is JobStatus.DONE or self.has_picture:
            return {"failure_reason": None}
        if self.status is None and self.slot_id is not None and self.booth is None:
            # says nothing, but lets the index of the slot give its order
            return {"failure_reason": {"$in": [None, *(reason.value for reason in FailureReason)]}}
        return {}

    def _of_picture(self) -> dict[str, Any]:
        if not self.has_picture:
            return {}
        alive = {"$gt": ["$expires_at", row.NOW]}
        young = {"$gt": ["$created_at", {"$subtract": [row.NOW, _LONGEST_LIFE // timedelta(milliseconds=1)]}]}
        return {
            "status": JobStatus.DONE.value,
            "result_key": {"$type": "string"},
            "$expr": {"$and": [young, alive]},
        }


EVERYTHING = JobFilter()


class JobReader:
    """Reads only. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def newest_first(
        self, *, limit: int, behind: Place | None = None, wanted: JobFilter = EVERYTHING
    ) -> list[JobLine]:
        """Give a page of jobs, newest first, from `behind` the last one of the page before."""
        query = page_query(wanted, behind, await self.booths_slots(wanted))
        with translated(), pymongo.timeout(QUERY_SECONDS):
            documents = await self._jobs.find(query, _LINE_FIELDS, sort=NEWEST_FIRST, limit=limit).to_list(None)
        return [JobLine.model_validate(document) for document in documents]

    async def booths_slots(self, wanted: JobFilter) -> list[str]:
        """Give the slots that the filter's booth has posted to, if the filter names a booth and no slot."""
        if wanted.booth is None or wanted.slot_id is not None or wanted.id is not None:
            return []
        with translated(), pymongo.timeout(QUERY_SECONDS):
            found = await self._jobs.distinct("slot_id", {"booth": wanted.booth})
        # of more the server does not merge the orders
        return found if len(found) <= MAX_MERGED_SLOTS else []

    async def by_ids(self, job_ids: Iterable[str]) -> dict[str, JobLine]:
        """Give those of the jobs that there are, in the order of the ids."""
        ids = list(job_ids)
        with translated(), pymongo.timeout(QUERY_SECONDS):
            documents = await self._jobs.find({"_id": {"$in": ids}}, _LINE_FIELDS).to_list(None)
        found = {document["_id"]: JobLine.model_validate(document) for document in documents}
        return {job_id: found[job_id] for job_id in ids if job_id in found}

    async def count_stale_inline(self, *, older_than_seconds: float) -> int:
        """Count the inline copies that the janitor would drop."""
        age = {"$lte": ["$finalized_at", {"$subtract": [row.NOW, int(older_than_seconds * 1000)]}]}
        condition = {"is_finalized": True, "result_inline_base64": {"$type": "string"}, "$expr": age}
        with translated():
            return await self._jobs.count_documents(condition)


NEWEST_FIRST = [("created_at", -1), ("_id", -1)]


def page_query(wanted: JobFilter, behind: Place | None, booths_slots: Sequence[str] = ()) -> dict[str, Any]:
    """The filter of a page. One bound of `created_at` leads the scan; the rest of that moment is cut off by `$nor`."""
    condition = wanted.condition(booths_slots)
    if behind is None:
        return condition
    page = {
        "created_at": {"$lte": behind.created_at},
        "$nor": [{"created_at": behind.created_at, "_id": {"$gte": behind.id}}],
    }
    return {"$and": [condition, page]} if condition else page
