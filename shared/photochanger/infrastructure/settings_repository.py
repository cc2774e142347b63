"""The one document of platform settings."""

from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from photochanger.domain.platform_settings import PlatformSettings, TunableSettings
from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

_ID = "platform"
_STILL_VALID = {
    "$filter": {
        "input": {"$ifNull": ["$old_ingest_passwords", []]},
        "as": "old",
        "cond": {"$gt": ["$$old.valid_until", NOW]},
    }
}


class SettingsRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._settings: AsyncIOMotorCollection[dict[str, Any]] = database["settings"]
        self._copies = FreshCopies(self._read)

    async def get(self) -> PlatformSettings:
        """Give the settings as they are or were within the last second; the defaults when none were saved."""
        return await self._copies.get(_ID)

    async def read(self) -> PlatformSettings:
        """Give the settings as they are now."""
        return await self._read(_ID)

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
        """Save under the next version; False when another change came first. Passwords stay: `rotate` changes them."""
        if expected_version == 0:
            await self.insert_if_missing(PlatformSettings())
        tuned = settings.model_dump(mode="json", include=set(TunableSettings.model_fields))
        change = {"$set": {**tuned, "version": expected_version + 1}}
        with translated():
            done = await self._settings.update_one({"_id": _ID, "version": expected_version}, change)
        self._copies.forget(_ID)
        return done.matched_count == 1

    async def rotate_ingest_password(self, verifier: str, *, overlap_minutes: float) -> PlatformSettings:
        """Let a new global password in; the ones in force until now stay so for the overlap, by the database's clock.

        Old ones in an overlap of their own keep their end.
        """
        await self.insert_if_missing(PlatformSettings())
        ends = after_now(round(overlap_minutes * 60_000))
        current = {"$setDifference": [{"$ifNull": ["$ingest_password_verifiers", []]}, [verifier]]}
        ending = {"$map": {"input": current, "as": "v", "in": {"verifier": "$$v", "valid_until": ends}}}
        change = {
            "ingest_password_verifiers": [verifier],
            "old_ingest_passwords": {"$concatArrays": [_STILL_VALID, ending]},
            "version": {"$add": [{"$ifNull": ["$version", 0]}, 1]},
        }
        with translated():
            document = await self._settings.find_one_and_update(
                {"_id": _ID}, [{"$set": change}], return_document=ReturnDocument.AFTER
            )
        self._copies.forget(_ID)
        return PlatformSettings.model_validate(document)

    async def _read(self, key: str) -> PlatformSettings:
        fields = dict.fromkeys(PlatformSettings.model_fields, 1) | {"old_ingest_passwords": _STILL_VALID}
        with translated():
            document = await self._settings.find_one({"_id": key}, fields)
        return PlatformSettings.model_validate(document or {})
