"""Rows of `audit`: one a change, written before it and confirmed after it."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class AuditOutcome(StrEnum):
    #: the change was made
    DONE = "done"
    #: it is being made, or whoever made it did not live, or hear from the database, to say how it ended
    UNKNOWN = "unknown"


class AuditEntry(BaseModel):
    """One change. `at` is the database's time, None until it is stored; what is stored without `outcome` was done.

    `script` is the name of the actor's token if a script made the change.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    at: datetime | None = None
    actor: str
    address: str | None = None
    script: str | None = None
    action: str
    target: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    outcome: AuditOutcome = AuditOutcome.DONE


class AuditRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._audit: AsyncIOMotorCollection[dict[str, Any]] = database["audit"]

    async def insert(self, entry: AuditEntry) -> None:
        """Store the entry as one whose outcome is unknown."""
        unknown = entry.model_copy(update={"outcome": AuditOutcome.UNKNOWN})
        fields = {name: literal(value) for name, value in unknown.model_dump(mode="json", exclude={"id", "at"}).items()}
        with translated():
            await self._audit.update_one({"_id": entry.id}, [{"$set": {**fields, "at": NOW}}], upsert=True)

    async def confirm(self, entry_id: str, *, after: dict[str, Any] | None) -> None:
        """Say that the change was made, and what is there now."""
        told = {"outcome": AuditOutcome.DONE.value, "after": literal(after)}
        with translated():
            await self._audit.update_one({"_id": entry_id}, [{"$set": told}])

    async def withdraw(self, entry_id: str) -> None:
        """Remove the record of a change that was not made."""
        with translated():
            await self._audit.delete_one({"_id": entry_id, "outcome": AuditOutcome.UNKNOWN.value})

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
