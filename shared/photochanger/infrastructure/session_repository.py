"""Rows of `sessions`, named by the hash of their token; the database's clock ends them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pymongo import ReturnDocument

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class Session(BaseModel):
    """Somebody is logged in until `expires_at`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    login: str
    created_at: datetime
    expires_at: datetime


class SessionRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._sessions: AsyncIOMotorCollection[dict[str, Any]] = database["sessions"]

    async def open(self, token_hash: str, *, login: str, lifetime_seconds: int) -> Session:
        fresh = {"login": literal(login), "created_at": NOW, "expires_at": after_now(lifetime_seconds * 1000)}
        with translated():
            document = await self._sessions.find_one_and_update(
                {"_id": token_hash}, [{"$set": fresh}], upsert=True, return_document=ReturnDocument.AFTER
            )
        return Session.model_validate(document)

    async def find(self, token_hash: str) -> Session | None:
        """Give the session while it lasts."""
        with translated():
            document = await self._sessions.find_one({"_id": token_hash, "$expr": {"$gt": ["$expires_at", NOW]}})
        return None if document is None else Session.model_validate(document)

    async def close(self, token_hash: str) -> None:
        with translated():
            await self._sessions.delete_one({"_id": token_hash})
