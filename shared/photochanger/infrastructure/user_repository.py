"""Rows of `users`, named by their login."""

from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from photochanger.domain.user import User
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class UserRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._users: AsyncIOMotorCollection[dict[str, Any]] = database["users"]

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

    async def list(self) -> list[User]:
        """Give all users by login."""
        with translated():
            documents = await self._users.find().sort("_id", 1).to_list(None)
        return [User.model_validate(document) for document in documents]

    async def replace(self, user: User, *, expected_version: int) -> bool:
        """Save the user under the next version; False when another change came first."""
        changed = user.model_copy(update={"version": expected_version + 1}).model_dump(mode="json")
        # a user made before versions were counted has none
        versions = [expected_version, None] if expected_version == 1 else [expected_version]
        with translated():
            done = await self._users.replace_one({"_id": user.login, "version": {"$in": versions}}, changed)
        return done.matched_count == 1
