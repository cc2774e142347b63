"""Rows of `slots`, named by their id."""

from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from photochanger.domain.slot import Slot
from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class SlotRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._slots: AsyncIOMotorCollection[dict[str, Any]] = database["slots"]
        self._copies = FreshCopies(self._read)

    async def get(self, slot_id: str) -> Slot | None:
        """Give the slot as it is or was within the last second."""
        return await self._copies.get(slot_id)

    async def list(self) -> list[Slot]:
        """Give all slots by id."""
        with translated():
            documents = await self._slots.find().sort("_id", 1).to_list(None)
        return [_slot(document) for document in documents]

    async def insert_if_missing(self, slot: Slot) -> bool:
        """Say whether this call created the slot; an existing one stays as it is."""
        try:
            with translated():
                await self._slots.insert_one(_document(slot))
        except DuplicateKeyError:
            return False
        self._copies.forget(slot.id)
        return True

    async def replace(self, slot: Slot, *, expected_version: int) -> bool:
        """Save the slot under the next version; False when another change came first."""
        changed = _document(slot.model_copy(update={"version": expected_version + 1}))
        with translated():
            done = await self._slots.replace_one({"_id": slot.id, "version": expected_version}, changed)
        self._copies.forget(slot.id)
        return done.matched_count == 1

    async def delete(self, slot_id: str, *, expected_version: int) -> bool:
        """Remove the slot; False when another change came first."""
        with translated():
            done = await self._slots.delete_one({"_id": slot_id, "version": expected_version})
        self._copies.forget(slot_id)
        return done.deleted_count == 1

    async def read(self, slot_id: str) -> Slot | None:
        """Give the slot as it is now."""
        return await self._read(slot_id)

    async def _read(self, slot_id: str) -> Slot | None:
        with translated():
            document = await self._slots.find_one({"_id": slot_id})
        return None if document is None else _slot(document)


def _document(slot: Slot) -> dict[str, Any]:
    fields = slot.model_dump(mode="json", exclude={"id", "created_at", "updated_at"})
    return {"_id": slot.id, **fields, "created_at": slot.created_at, "updated_at": slot.updated_at}


def _slot(document: dict[str, Any]) -> Slot:
    return Slot.model_validate({**document, "id": document["_id"]})
