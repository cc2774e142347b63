"""The end of a result's life in `jobs`: what has expired, what is left as a tombstone, what lost its picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pymongo.read_concern import ReadConcern

from photochanger.domain.job import JobStatus
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.job_row import Document, Expression
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

TOMBSTONE_DAYS = 30
_DAY_MS = 86_400_000

HAS_EXPIRED: Expression = {"$lte": ["$expires_at", row.NOW]}
_ENDED = {"is_finalized": True, "tombstoned_at": None}

#: What came from a guest, a booth or a provider's mouth, as it is when nothing of it is left.
_WITHOUT_CLIENT_DATA: Expression = {
    "client": [],
    "booth": None,
    "filename": "",
    "failure_detail": "",
    "reply_to": None,
    "traceparent": None,
    "photo.sha256": "",
    "result_key": None,
    "result_inline_base64": None,
    "result_missing_at": None,
    "slot_snapshot.template_media": [],
    "slot_snapshot.routes": row.each("$slot_snapshot.routes", {"params": {"$literal": {}}}),
    "attempts": row.each("$attempts", {"detail": "", "provider_reference": None}),
    "events": row.each("$events", {"detail": ""}),
}


@dataclass(frozen=True)
class EndedJob:
    """A terminal row's id and picture; `expires_at` and `id` are its place in the order of expiry."""

    id: str
    expires_at: datetime
    result_key: str | None
    is_missing: bool


class JobRetention:
    """Rows of `jobs` from their expiry on, by the database's clock. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._jobs: AsyncIOMotorCollection[Document] = database["jobs"]
        self._majority = self._jobs.with_options(read_concern=ReadConcern("majority"))

    async def expired(self, *, limit: int, after: EndedJob | None = None) -> list[EndedJob]:
        """Give rows past `expires_at` that are no tombstones yet, in the order of expiry, from behind `after`."""
        return await self._page({**_ENDED, "$expr": HAS_EXPIRED}, limit=limit, after=after)

    async def living_results(self, *, limit: int, after: EndedJob | None = None) -> list[EndedJob]:
        """Give rows whose picture a link promises now, in the order of expiry, from behind `after`."""
        condition = {**_ENDED, **_PROMISED, "$expr": {"$gt": ["$expires_at", row.NOW]}}
        return await self._page(condition, limit=limit, after=after)

    async def bury(self, job_ids: Iterable[str]) -> int:
        """Make tombstones of those that have expired: no media, no client data; returns how many.

        Only once their objects are gone: after this nobody finds them by their row.
        """
        condition = {"_id": {"$in": list(job_ids)}, **_ENDED, "$expr": HAS_EXPIRED}
        change = {**_WITHOUT_CLIENT_DATA, "tombstoned_at": row.NOW}
        with translated():
            done = await self._jobs.update_many(condition, [{"$set": change}])
        return done.modified_count

    async def remove_tombstones(self, *, limit: int) -> int:
        """Remove rows that have been tombstones to the end of their 30 days; returns how many."""
        with translated():
            documents = await self._jobs.find(_OLD_TOMBSTONES, {"_id": 1}, limit=limit).to_list(None)
            ids = [document["_id"] for document in documents]
            done = await self._jobs.delete_many({"_id": {"$in": ids}, **_OLD_TOMBSTONES})
        return done.deleted_count

    async def count_old_tombstones(self) -> int:
        """Count the rows that `remove_tombstones` would remove."""
        with translated():
            return await self._jobs.count_documents(_OLD_TOMBSTONES)

    async def note_missing(self, job: EndedJob) -> bool:
        """Mark a living row whose object is not in the store; whether it still was one."""
        condition = {"_id": job.id, **_ENDED, "result_key": job.result_key, "$expr": {"$gt": ["$expires_at", row.NOW]}}
        with translated():
            done = await self._jobs.update_one(condition, [{"$set": {"result_missing_at": row.NOW}}])
        return done.modified_count == 1

    async def note_found(self, job: EndedJob) -> None:
        """Take the mark off: the object is back."""
        with translated():
            await self._jobs.update_one({"_id": job.id}, {"$set": {"result_missing_at": None}})

    async def count_missing(self) -> int:
        """Count the living rows whose object was not in the store when it was looked for."""
        with translated():
            return await self._jobs.count_documents({"is_finalized": True, "result_missing_at": {"$type": "date"}})

    async def _page(self, condition: Document, *, limit: int, after: EndedJob | None) -> list[EndedJob]:
        if after is not None:
            same_moment = {"expires_at": after.expires_at, "_id": {"$gt": after.id}}
            condition = {**condition, "$or": [{"expires_at": {"$gt": after.expires_at}}, same_moment]}
        fields = {"expires_at": 1, "result_key": 1, "result_missing_at": 1}
        order = [("expires_at", 1), ("_id", 1)]
        with translated():
            documents = await self._majority.find(condition, fields, sort=order, limit=limit).to_list(None)
        return [
            EndedJob(
                id=document["_id"],
                expires_at=document["expires_at"],
                result_key=document.get("result_key"),
                is_missing=document.get("result_missing_at") is not None,
            )
            for document in documents
        ]


_PROMISED: Document = {"status": JobStatus.DONE.value, "result_key": {"$type": "string"}}
_OLD_TOMBSTONES: Document = {
    "is_finalized": True,
    "tombstoned_at": {"$type": "date"},
    "$expr": {"$lte": ["$expires_at", {"$subtract": [row.NOW, TOMBSTONE_DAYS * _DAY_MS]}]},
}
