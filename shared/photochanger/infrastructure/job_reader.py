"""Rows of `jobs` as people and predictions read them; nothing here is on one photo's way."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from photochanger.domain.job import BOOTH_FIELD, AttemptOutcome, Job, JobSource, JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


@dataclass(frozen=True)
class JobFilter:
    """What a list is cut down to; None: no matter. `since` counts, `until` does not."""

    slot_id: str | None = None
    #: what the client calls itself
    booth: str | None = None
    status: JobStatus | None = None
    source: JobSource | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: a picture that can still be seen
    has_picture: bool = False

    def condition(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.slot_id is not None:
            found["slot_id"] = self.slot_id
        if self.booth is not None:
            found["client"] = {"$elemMatch": {"name": BOOTH_FIELD, "value": self.booth}}
        if self.status is not None:
            found["status"] = self.status.value
        if self.source is not None:
            found["source"] = self.source.value
        times = {"$gte": self.since, "$lt": self.until}
        if given := {operator: time for operator, time in times.items() if time is not None}:
            found["created_at"] = given
        if self.has_picture:
            found |= {
                "status": JobStatus.DONE.value,
                "result_key": {"$type": "string"},
                "$expr": {"$gt": ["$expires_at", row.NOW]},
            }
        return found


class DeliveredAttempt(BaseModel):
    """What one delivered picture tells about its provider; hundreds are read at a time, so nothing else is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    provider: str
    operation: Operation
    provider_ms: int | None = None


EVERYTHING = JobFilter()

_DELIVERED = {"is_finalized": True, "status": JobStatus.DONE.value}
_NEWEST_END_FIRST = [("expires_at", -1)]


class JobReader:
    """Reads only. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def newest_delivered(self) -> str | None:
        """Give the id of the job whose attempts `delivered_attempts` would give first; None when there is none."""
        with translated():
            document = await self._jobs.find_one(_DELIVERED, {"_id": 1}, sort=_NEWEST_END_FIRST)
        return None if document is None else str(document["_id"])

    async def delivered_attempts(self, *, newest: int) -> list[DeliveredAttempt]:
        """Give the attempts that delivered, of the `newest` ended jobs, newest first."""
        fields = {"_id": 0} | {f"attempts.{name}": 1 for name in ("outcome", *DeliveredAttempt.model_fields)}
        with translated():
            documents = await self._jobs.find(
                _DELIVERED, fields, sort=_NEWEST_END_FIRST, limit=newest, batch_size=newest
            ).to_list(None)
        return [
            DeliveredAttempt.model_validate(attempt)
            for document in documents
            for attempt in document["attempts"]
            if attempt.get("outcome") == AttemptOutcome.DELIVERED
        ]

    async def newest_first(self, *, limit: int, before: str | None = None, wanted: JobFilter = EVERYTHING) -> list[Job]:
        """Give a page of jobs, newest first; `before` is the last id of the page before it.

        An id that is gone gives an empty page.
        """
        conditions = [wanted.condition()]
        with translated():
            if before is not None:
                last = await self._jobs.find_one({"_id": before}, {"created_at": 1})
                if last is None:
                    return []
                same_moment = {"created_at": last["created_at"], "_id": {"$lt": before}}
                conditions.append({"$or": [{"created_at": {"$lt": last["created_at"]}}, same_moment]})
            documents = await self._jobs.find(
                {"$and": conditions}, row.ROW_FIELDS, sort=[("created_at", -1), ("_id", -1)], limit=limit
            ).to_list(None)
        return [Job.model_validate(document) for document in documents]

    async def count_stale_inline(self, *, older_than_seconds: float) -> int:
        """Count the inline copies that the janitor would drop."""
        age = {"$lte": ["$finalized_at", {"$subtract": [row.NOW, int(older_than_seconds * 1000)]}]}
        condition = {"is_finalized": True, "result_inline_base64": {"$type": "string"}, "$expr": age}
        with translated():
            return await self._jobs.count_documents(condition)
