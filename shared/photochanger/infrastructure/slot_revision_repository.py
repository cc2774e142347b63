"""Every version that a slot ever had: the newest is the slot's own row, the older ones are rows of `slot_revisions`."""

from typing import TYPE_CHECKING, Any

from photochanger.domain.slot import Slot
from photochanger.infrastructure.mongo import translated
from photochanger.infrastructure.slot_repository import revision_id

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class SlotRevisionRepository:
    """Reads only: `SlotRepository` keeps them. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._slots: AsyncIOMotorCollection[dict[str, Any]] = database["slots"]
        self._revisions: AsyncIOMotorCollection[dict[str, Any]] = database["slot_revisions"]

    async def newest_first(self, slot_id: str, *, limit: int, before: int | None = None) -> list[Slot]:
        """Give a page, newest first, also of a deleted slot; `before` is the last number of the page before it."""
        older: dict[str, Any] = {} if before is None else {"version": {"$lt": before}}
        with translated():
            # the row first: what is saved meanwhile can only make it appear twice
            row = await self._slots.find_one({"_id": slot_id, **older})
            kept = await self._revisions.find(
                {"slot_id": slot_id, **older}, sort=[("version", -1)], limit=limit
            ).to_list(None)
        found = [] if row is None else [_slot({**row, "slot_id": slot_id})]
        found += [slot for slot in map(_slot, kept) if not found or slot.version < found[0].version]
        return found[:limit]

    async def read(self, slot_id: str, number: int) -> Slot | None:
        """Give the slot as it was in that version."""
        with translated():
            row = await self._slots.find_one({"_id": slot_id, "version": number})
            if row is not None:
                return _slot({**row, "slot_id": slot_id})
            kept = await self._revisions.find_one({"_id": revision_id(slot_id, number)})
        return None if kept is None else _slot(kept)


def _slot(document: dict[str, Any]) -> Slot:
    return Slot.model_validate({**document, "id": document["slot_id"]})
