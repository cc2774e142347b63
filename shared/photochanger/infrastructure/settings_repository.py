"""The one document of platform settings."""

from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from photochanger.domain.platform_settings import PlatformSettings
from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

_ID = "platform"


class SettingsRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._settings: AsyncIOMotorCollection[dict[str, Any]] = database["settings"]
        self._copies = FreshCopies(self._read)

    async def get(self) -> PlatformSettings:
        """Give the settings as they are or were within the last second; the defaults when none were saved."""
        return await self._copies.get(_ID)

    async def insert_if_missing(self, settings: PlatformSettings) -> bool:
        """Say whether this call saved the first settings; existing ones stay as they are."""
        try:
            with translated():
                await self._settings.insert_one({"_id": _ID, **settings.model_dump(mode="json")})
        except DuplicateKeyError:
            return False
        self._copies.forget(_ID)
        return True

    async def replace(self, settings: PlatformSettings, *, expected_version: int) -> bool:
        """Save under the next version; False when another change came first."""
        changed = settings.model_copy(update={"version": expected_version + 1}).model_dump(mode="json")
        with translated():
            done = await self._settings.replace_one({"_id": _ID, "version": expected_version}, changed)
        self._copies.forget(_ID)
        return done.matched_count == 1

    async def _read(self, key: str) -> PlatformSettings:
        with translated():
            document = await self._settings.find_one({"_id": key})
        return PlatformSettings.model_validate(document or {})
