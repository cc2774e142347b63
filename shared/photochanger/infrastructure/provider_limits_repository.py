"""Rows of `provider_limits`: the limits that administrators set in place of the manifests'."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from photochanger.domain.provider_limits import NO_LIMITS, ProviderLimits
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


@dataclass(frozen=True)
class SetLimits:
    """`version` grows with each change; 0: nobody set any."""

    limits: ProviderLimits = NO_LIMITS
    version: int = 0


class ProviderLimitsRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._limits: AsyncIOMotorCollection[dict[str, Any]] = database["provider_limits"]

    async def get(self, provider: str) -> SetLimits:
        with translated():
            document = await self._limits.find_one({"_id": provider})
        return SetLimits() if document is None else _set(document)

    async def list(self) -> Mapping[str, SetLimits]:
        with translated():
            documents = await self._limits.find().to_list(None)
        return {document["_id"]: _set(document) for document in documents}

    async def replace(self, provider: str, limits: ProviderLimits, *, expected_version: int) -> bool:
        """Save under the next version; False when another change came first."""
        fields = {"limits": limits.model_dump(), "version": expected_version + 1}
        try:
            with translated():
                done = await self._limits.update_one(
                    {"_id": provider, "version": expected_version}, {"$set": fields}, upsert=expected_version == 0
                )
        except DuplicateKeyError:
            return False
        return done.matched_count == 1 or done.upserted_id is not None


def _set(document: Mapping[str, Any]) -> SetLimits:
    known = {name: document["limits"].get(name) for name in ProviderLimits.model_fields}
    return SetLimits(ProviderLimits.model_validate(known), document["version"])
