"""Rows of `users`, named by their login."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError, OperationFailure

from photochanger.domain.user import Role, User
from photochanger.infrastructure.mongo import DatabaseUnavailable, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection, AsyncIOMotorDatabase

_ADMINISTRATORS = {"_id": "administrators"}
_ATTEMPTS = 10
_PAUSE_SECONDS = 0.02


class Written(StrEnum):
    """How a change of a user ended."""

    DONE = "done"
    #: another change came first, or the user is gone
    CHANGED_MEANWHILE = "changed_meanwhile"
    #: nobody would be left who may change everything
    LAST_ADMINISTRATOR = "last_administrator"


class UserRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._users: AsyncIOMotorCollection[dict[str, Any]] = database["users"]
        self._guards: AsyncIOMotorCollection[dict[str, Any]] = database["guards"]

    async def find(self, login: str) -> User | None:
        with translated():
            document = await self._users.find_one({"_id": login})
        return None if document is None else User.model_validate(document)

    async def exists_any(self) -> bool:
        with translated():
            return await self._users.find_one({}, {"_id": 1}) is not None

    async def insert_if_missing(self, user: User) -> bool:
        """Say whether this call created the user; an existing one stays as it is."""
        try:
            with translated():
                await self._users.insert_one({"_id": user.login, **user.model_dump(mode="json")})
        except DuplicateKeyError:
            return False
        return True

    async def page(self, *, limit: int, after: str | None = None) -> list[User]:
        """Give users by login, those after this login."""
        where = {} if after is None else {"_id": {"$gt": after}}
        with translated():
            documents = await self._users.find(where, sort=[("_id", 1)], limit=limit).to_list(None)
        return [User.model_validate(document) for document in documents]

    async def replace(self, user: User, *, expected_version: int) -> Written:
        """Save the user under the next version; never so that no administrator is left."""
        changed = user.model_copy(update={"version": expected_version + 1}).model_dump(mode="json")
        where = _exactly(user.login, expected_version)
        if user.is_administrator:
            with translated():
                done = await self._users.replace_one(where, changed)
            return _written(done.matched_count)
        return await self._without_administrator(where, changed)

    async def delete(self, login: str, *, expected_version: int) -> Written:
        """Remove the user; never the last administrator."""
        return await self._without_administrator(_exactly(login, expected_version), None)

    async def _without_administrator(self, where: dict[str, Any], changed: dict[str, Any] | None) -> Written:
        """Replace or remove somebody who is no administrator afterwards, in a transaction.

        Two at once both write the same guard, so the second one sees what the first has done.
        """
        with translated():
            async with await self._users.database.client.start_session() as session:
                for attempt in range(_ATTEMPTS):
                    try:
                        return await self._try_without(where, changed, session)
                    except OperationFailure as error:
                        if not error.has_error_label("TransientTransactionError"):
                            raise
                    await asyncio.sleep(_PAUSE_SECONDS * attempt)
        raise DatabaseUnavailable("others change users all the time")

    async def _try_without(
        self, where: dict[str, Any], changed: dict[str, Any] | None, session: "AsyncIOMotorClientSession"
    ) -> Written:
        async with session.start_transaction():
            await self._guards.update_one(_ADMINISTRATORS, {"$inc": {"changes": 1}}, upsert=True, session=session)
            before = await self._users.find_one(where, session=session)
            if before is None:
                return Written.CHANGED_MEANWHILE
            if User.model_validate(before).is_administrator and not await self._has_others(where["_id"], session):
                return Written.LAST_ADMINISTRATOR
            if changed is None:
                await self._users.delete_one(where, session=session)
            else:
                await self._users.replace_one(where, changed, session=session)
        return Written.DONE

    async def _has_others(self, login: str, session: "AsyncIOMotorClientSession") -> bool:
        other = {"_id": {"$ne": login}, "role": Role.ADMIN.value, "is_active": True}
        return await self._users.find_one(other, {"_id": 1}, session=session) is not None


def _exactly(login: str, version: int) -> dict[str, Any]:
    # a user made before versions were counted has none
    return {"_id": login, "version": {"$in": [version, None] if version == 1 else [version]}}


def _written(matched: int) -> Written:
    return Written.DONE if matched == 1 else Written.CHANGED_MEANWHILE
