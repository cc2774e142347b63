"""Rows of `providers`: what each provider service says of itself."""

from typing import TYPE_CHECKING, Any

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import PriceTable
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

    async def note_key(self, provider: str, *, has_key: bool) -> None:
        """Say whether the provider's service has a key to call it with."""
        with translated():
            await self._providers.update_one({"_id": provider}, {"$set": {"has_key": has_key}})

    async def without_key(self) -> frozenset[str]:
        """Give the names of providers whose service said that it has no key."""
        with translated():
            documents = await self._providers.find({"has_key": False}, {"_id": 1}).to_list(None)
        return frozenset(document["_id"] for document in documents)

    async def given_prices(self, provider: str) -> PriceTable | None:
        """Give the prices that an administrator gave, None when the manifest's are in force."""
        with translated():
            document = await self._providers.find_one({"_id": provider}, {"prices": 1})
        given = None if document is None else document.get("prices")
        return None if given is None else PriceTable.model_validate(given)

    async def give_prices(self, provider: str, table: PriceTable | None) -> None:
        """Put an administrator's prices in force; None: the manifest's again."""
        given = None if table is None else table.model_dump(mode="json")
        with translated():
            await self._providers.update_one({"_id": provider}, {"$set": {"prices": given}})

    async def list(self) -> list[ProviderManifest]:
        """Give every provider's manifest by name."""
        with translated():
            documents = await self._providers.find().sort("_id", 1).to_list(None)
        return [ProviderManifest.model_validate(document["manifest"]) for document in documents]
