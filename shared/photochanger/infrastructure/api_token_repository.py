"""Rows of `api_tokens`, named by the hash of the token; the database's clock ends them."""

from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from photochanger.domain.api_token import ApiToken
from photochanger.domain.user import Role
from photochanger.infrastructure.credential_rows import NOTED_EVERY_MS, called, older_than
from photochanger.infrastructure.job_row import NOW, Document, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

_DAY_MS = 24 * 3_600_000
_FIELDS: dict[str, Any] = dict.fromkeys(ApiToken.model_fields, 1) | {"token_hash": "$_id"}
_IS_ALIVE = {"$gt": ["$expires_at", NOW]}


class ApiTokenRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._tokens: AsyncIOMotorCollection[dict[str, Any]] = database["api_tokens"]

    async def create(
        self, token_hash: str, *, login: str, name: str, role: Role, is_read_only: bool, lifetime_days: int
    ) -> ApiToken:
        fresh = {
            "login": literal(login),
            "name": literal(name),
            "role": role.value,
            "is_read_only": is_read_only,
            "created_at": NOW,
            "expires_at": after_now(lifetime_days * _DAY_MS),
        }
        with translated():
            document = await self._tokens.find_one_and_update(
                {"_id": token_hash},
                [{"$set": fresh}],
                projection=_FIELDS,
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return ApiToken.model_validate(document)

    async def find(self, token_hash: str) -> ApiToken | None:
        """Give the token while it lasts; finding it is using it."""
        unused_ms = {"$subtract": [NOW, {"$ifNull": ["$last_used_at", "$created_at"]}]}
        is_worth_noting = {"$or": [{"$gte": [unused_ms, NOTED_EVERY_MS]}, {"$lte": ["$last_used_at", None]}]}
        fields = _FIELDS | {"is_worth_noting": is_worth_noting}
        with translated():
            document = await self._tokens.find_one({"_id": token_hash, "$expr": _IS_ALIVE}, fields)
            if document is not None and document["is_worth_noting"]:
                # not an upsert: a token that was revoked meanwhile stays revoked
                await self._tokens.update_one({"_id": token_hash}, [{"$set": {"last_used_at": NOW}}])
        return None if document is None else ApiToken.model_validate(document)

    async def newest_first(self, *, login: str | None, limit: int, after: str | None = None) -> list[ApiToken]:
        """Give a page of one person's tokens or of everybody's, also those that ended within the last 30 days.

        `after` is a place of `cursor_of`.
        """
        whose = {} if login is None else {"login": login}
        where = {**whose, **(older_than(after) if after else {})}
        with translated():
            documents = await self._tokens.find(
                where, _FIELDS, sort=[("created_at", -1), ("_id", -1)], limit=limit
            ).to_list(None)
        return [ApiToken.model_validate(document) for document in documents]

    async def revoke(self, token_id: str, *, login: str | None) -> ApiToken | None:
        """End the token that people call so, if it is this person's; gives it, None if there is none."""
        whose = {} if login is None else {"login": login}
        with translated():
            document: Document | None = await self._tokens.find_one_and_delete({**called(token_id), **whose}, _FIELDS)
        return None if document is None else ApiToken.model_validate(document)

    async def revoke_all(self, login: str) -> int:
        """End every token of this person; gives how many there were."""
        with translated():
            done = await self._tokens.delete_many({"login": login})
        return done.deleted_count
