"""Rows of `sessions`, named by the hash of their token; the database's clock ends them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pymongo import ReturnDocument

from photochanger.infrastructure.credential_rows import NOTED_EVERY_MS, called, older_than
from photochanger.infrastructure.job_row import NOW, Document, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A session that nobody uses ends after this.
IDLE_MS = 30 * 60_000

_IS_ALIVE = {"$and": [{"$gt": ["$expires_at", NOW]}, {"$gt": ["$idle_until", NOW]}]}


class Session(BaseModel):
    """Somebody is logged in until `expires_at`, or until nobody used it for half an hour.

    `address` and `user_agent` are those of the login; `last_used_at` is a minute late at most.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    token_hash: str
    login: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    address: str = ""
    user_agent: str = ""


_FIELDS: dict[str, Any] = dict.fromkeys(Session.model_fields, 1) | {
    "token_hash": "$_id",
    "last_used_at": {"$subtract": ["$idle_until", IDLE_MS]},
}


class SessionRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._sessions: AsyncIOMotorCollection[dict[str, Any]] = database["sessions"]

    async def open(
        self, token_hash: str, *, login: str, lifetime_seconds: int, address: str = "", user_agent: str = ""
    ) -> Session:
        fresh = {
            "login": literal(login),
            "address": literal(address),
            "user_agent": literal(user_agent),
            "created_at": NOW,
            "expires_at": after_now(lifetime_seconds * 1000),
            "idle_until": after_now(IDLE_MS),
        }
        with translated():
            document = await self._sessions.find_one_and_update(
                {"_id": token_hash},
                [{"$set": fresh}],
                projection=_FIELDS,
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return Session.model_validate(document)

    async def find(self, token_hash: str) -> Session | None:
        """Give the session while it lasts; finding it is using it."""
        fields = _FIELDS | {"idle_left_ms": {"$subtract": ["$idle_until", NOW]}}
        with translated():
            document = await self._sessions.find_one({"_id": token_hash, "$expr": _IS_ALIVE}, fields)
            if document is not None and document["idle_left_ms"] < IDLE_MS - NOTED_EVERY_MS:
                # not an upsert: a session that was ended meanwhile stays ended
                used = [{"$set": {"idle_until": after_now(IDLE_MS)}}]
                await self._sessions.update_one({"_id": token_hash}, used)
        return None if document is None else Session.model_validate(document)

    async def newest_first(self, *, login: str | None, limit: int, after: str | None = None) -> list[Session]:
        """Give a page of the sessions that last, of one person or of everybody; `after` is a place of `cursor_of`."""
        whose = {} if login is None else {"login": login}
        where = {**whose, **(older_than(after) if after else {}), "$expr": _IS_ALIVE}
        with translated():
            documents = await self._sessions.find(
                where, _FIELDS, sort=[("created_at", -1), ("_id", -1)], limit=limit
            ).to_list(None)
        return [Session.model_validate(document) for document in documents]

    async def close(self, token_hash: str) -> None:
        with translated():
            await self._sessions.delete_one({"_id": token_hash})

    async def close_called(self, session_id: str, *, login: str | None) -> str | None:
        """End the session that people call so, if it is this person's; gives whose it was, None if there is none."""
        whose = {} if login is None else {"login": login}
        with translated():
            document: Document | None = await self._sessions.find_one_and_delete(
                {**called(session_id), **whose}, {"login": 1}
            )
        return None if document is None else str(document["login"])

    async def close_all(self, login: str, *, keep: str | None = None) -> int:
        """End every session of this person, except the one whose token hash is `keep`; gives how many there were."""
        with translated():
            done = await self._sessions.delete_many({"login": login, "_id": {"$ne": keep}})
        return done.deleted_count
