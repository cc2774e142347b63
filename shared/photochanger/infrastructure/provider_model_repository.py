"""Rows of `provider_models`: which models a provider lists, and which of those that slots use it does not."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class RetiredModel(BaseModel):
    """A model that slots use and the provider does not list."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    slot_ids: tuple[str, ...]


class ModelList(BaseModel):
    """What the provider listed last, by the database's clock."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    listed: tuple[str, ...]
    retired: tuple[RetiredModel, ...]
    checked_at: datetime


class ProviderModelRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._models: AsyncIOMotorCollection[dict[str, Any]] = database["provider_models"]

    async def note(self, provider: str, *, listed: Collection[str], retired: Sequence[RetiredModel]) -> None:
        """Save the provider's list in place of the one before."""
        fields = {"listed": sorted(listed), "retired": [model.model_dump() for model in retired]}
        fresh = {name: literal(value) for name, value in fields.items()}
        with translated():
            await self._models.update_one({"_id": provider}, [{"$set": {**fresh, "checked_at": NOW}}], upsert=True)

    async def by_provider(self) -> dict[str, ModelList]:
        """Give the lists of every provider that was asked for one."""
        with translated():
            rows = await self._models.find().to_list(None)
        return {row["_id"]: ModelList.model_validate(row) for row in rows}
