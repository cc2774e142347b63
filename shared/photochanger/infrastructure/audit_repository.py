"""Rows of `audit`: written once, never changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class AuditEntry(BaseModel):
    """One change. `at` is the database's time, None until it is stored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    at: datetime | None = None
    actor: str
    action: str
    target: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class AuditRepository:
    """Appends and reads. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._audit: AsyncIOMotorCollection[dict[str, Any]] = database["audit"]

    async def insert(self, entry: AuditEntry) -> None:
        """Store the entry; again with the same id changes nothing."""
        fields = {name: literal(value) for name, value in entry.model_dump(mode="json", exclude={"id", "at"}).items()}
        fresh = {"$mergeObjects": [{"_id": "$_id"}, fields, {"at": NOW}]}
        once = {"$cond": [{"$eq": [{"$type": "$at"}, "missing"]}, fresh, "$$ROOT"]}
        with translated():
            await self._audit.update_one({"_id": entry.id}, [{"$replaceWith": once}], upsert=True)

    async def newest_first(self, *, limit: int, before: str | None = None) -> list[AuditEntry]:
        """Give a page, newest first; `before` is the last id of the page before it, an unknown one gives nothing."""
        condition: dict[str, Any] = {}
        with translated():
            if before is not None:
                last = await self._audit.find_one({"_id": before}, {"at": 1})
                if last is None:
                    return []
                condition = {"$or": [{"at": {"$lt": last["at"]}}, {"at": last["at"], "_id": {"$lt": before}}]}
            documents = await self._audit.find(condition, sort=[("at", -1), ("_id", -1)], limit=limit).to_list(None)
        return [AuditEntry.model_validate({**document, "id": document["_id"]}) for document in documents]
