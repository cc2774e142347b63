"""Rows of `provider_keys`: the API keys that administrators gave, sealed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pymongo import ReturnDocument

from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import literal, translated
from photochanger.infrastructure.sealing import SealedSecret

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class StoredProviderKey(BaseModel):
    """`last4` are the key's last characters, for people to recognise it; empty for a short key."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    provider: str
    sealed: SealedSecret
    last4: str
    updated_at: datetime


def sealing_place(provider: str) -> str:
    """Name the place that a provider's key is sealed for."""
    return f"providers/{provider}/api_key"


class ProviderKeyRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._keys: AsyncIOMotorCollection[dict[str, Any]] = database["provider_keys"]

    async def get(self, provider: str) -> StoredProviderKey | None:
        with translated():
            document = await self._keys.find_one({"_id": provider})
        return None if document is None else _stored(document)

    async def list(self) -> list[StoredProviderKey]:
        with translated():
            documents = await self._keys.find().sort("_id", 1).to_list(None)
        return [_stored(document) for document in documents]

    async def put(self, provider: str, sealed: SealedSecret, *, last4: str) -> StoredProviderKey:
        """Save the provider's key in place of the one before."""
        fresh = {"sealed": literal(sealed.model_dump()), "last4": literal(last4), "updated_at": NOW}
        with translated():
            document = await self._keys.find_one_and_update(
                {"_id": provider}, [{"$set": fresh}], upsert=True, return_document=ReturnDocument.AFTER
            )
        return _stored(document)

    async def seal_anew(self, provider: str, before: SealedSecret, after: SealedSecret) -> bool:
        """Put `after` in the place of `before`, the same key under another seal; False: it is not `before` any more."""
        is_before = {"_id": provider, "sealed.key_id": before.key_id, "sealed.nonce": before.nonce}
        with translated():
            done = await self._keys.update_one(is_before, [{"$set": {"sealed": literal(after.model_dump())}}])
        return done.modified_count == 1

    async def delete(self, provider: str) -> bool:
        """Say whether there was one."""
        with translated():
            done = await self._keys.delete_one({"_id": provider})
        return done.deleted_count == 1


def _stored(document: dict[str, Any]) -> StoredProviderKey:
    return StoredProviderKey.model_validate({**document, "provider": document["_id"]})
