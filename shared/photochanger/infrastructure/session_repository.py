"""Rows of `sessions`, named by the hash of their token; the database's clock ends them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pymongo import ReturnDocument

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A session that nobody uses ends after this.
IDLE_MS = 30 * 60_000
#: Use is written down when this much of the idle time is over, not at every request.
NOTED_AFTER_MS = 60_000


class Session(BaseModel):
    """Somebody is logged in until `expires_at`, or until nobody used it for half an hour."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    login: str
    created_at: datetime
    expires_at: datetime


class SessionRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._sessions: AsyncIOMotorCollection[dict[str, Any]] = database["sessions"]

    async def open(self, token_hash: str, *, login: str, lifetime_seconds: int) -> Session:
        fresh = {
            "login": literal(login),
            "created_at": NOW,
            "expires_at": after_now(lifetime_seconds * 1000),
            "idle_until": after_now(IDLE_MS),
        }
        with translated():
            document = await self._sessions.find_one_and_update(
                {"_id": token_hash}, [{"$set": fresh}], upsert=True, return_document=ReturnDocument.AFTER
            )
        return Session.model_validate(document)

    async def find(self, token_hash: str) -> Session | None:
        """Give the session while it lasts; finding it is using it."""
        is_alive = {"$and": [{"$gt": ["$expires_at", NOW]}, {"$gt": ["$idle_until", NOW]}]}
        fields = dict.fromkeys(Session.model_fields, 1) | {"idle_left_ms": {"$subtract": ["$idle_until", NOW]}}
        with translated():
            document = await self._sessions.find_one({"_id": token_hash, "$expr": is_alive}, fields)
            if document is not None and document["idle_left_ms"] < IDLE_MS - NOTED_AFTER_MS:
                used = [{"$set": {"idle_until": after_now(IDLE_MS)}}]
                await self._sessions.update_one({"_id": token_hash}, used)
        return None if document is None else Session.model_validate(document)

    async def close(self, token_hash: str) -> None:
        with translated():
            await self._sessions.delete_one({"_id": token_hash})

    async def close_all(self, login: str, *, keep: str | None = None) -> None:
        """End every session of this person, except the one whose token hash is `keep`."""
        with translated():
            await self._sessions.delete_many({"login": login, "_id": {"$ne": keep}})
