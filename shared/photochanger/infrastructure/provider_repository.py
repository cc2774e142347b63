"""Rows of `providers`: what each provider service says of itself."""

from typing import TYPE_CHECKING, Any

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class ProviderRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._providers: AsyncIOMotorCollection[dict[str, Any]] = database["providers"]

    async def upsert_manifest(self, manifest: ProviderManifest) -> None:
        """Save the manifest unless a newer version is there already: an old replica must not win."""
        newest = {"$gt": [{"$ifNull": ["$manifest.version", 0]}, manifest.version]}
        kept = {"$cond": [newest, "$manifest", literal(manifest.model_dump(mode="json"))]}
        with translated():
            await self._providers.update_one({"_id": manifest.name}, [{"$set": {"manifest": kept}}], upsert=True)

    async def list(self) -> list[ProviderManifest]:
        """Give every provider's manifest by name."""
        with translated():
            documents = await self._providers.find().sort("_id", 1).to_list(None)
        return [ProviderManifest.model_validate(document["manifest"]) for document in documents]
