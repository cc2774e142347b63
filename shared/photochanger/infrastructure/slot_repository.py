"""Rows of `slots`, named by their id; a version that is replaced or deleted is kept in `slot_revisions`."""

from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from photochanger.domain.slot import Slot
from photochanger.failpoints import failpoint
from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class SlotRepository:
    """Every method may raise `DatabaseUnavailable`.

    The row itself is the newest revision. Before it is replaced or deleted it is copied, as it stands, to where the
    older ones are: a process that dies in between leaves a copy of what is still there, which says nothing untrue.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._slots: AsyncIOMotorCollection[dict[str, Any]] = database["slots"]
        self._revisions: AsyncIOMotorCollection[dict[str, Any]] = database["slot_revisions"]
        self._majority = self._slots.with_options(read_concern=ReadConcern("majority"))
        self._copies = FreshCopies(self._read)

    async def get(self, slot_id: str) -> Slot | None:
        """Give the slot as it is or was within the last second."""
        return await self._copies.get(slot_id)

    async def list(self) -> list[Slot]:
        """Give all slots by id."""
        with translated():
            documents = await self._slots.find().sort("_id", 1).to_list(None)
        return [_slot(document) for document in documents]

    async def insert_if_missing(self, slot: Slot) -> Slot | None:
        """Create the slot and give it as stored; None when there is one, which stays as it is.

        Versions go on where those of a deleted slot of the same id ended: none ever stands for two contents.
        """
        while True:
            numbered = slot.model_copy(update={"version": await self.next_version(slot.id)})
            try:
                with translated():
                    await self._slots.insert_one(slot_document(numbered))
            except DuplicateKeyError:
                return None
            self._copies.forget(slot.id)
            if await self.next_version(slot.id) <= numbered.version:
                return numbered
            # another slot of this id was made and deleted between the question and the insert
            await self.delete(slot.id, expected_version=numbered.version)

    async def replace(self, slot: Slot, *, expected_version: int) -> bool:
        """Save the slot under the next version; False when another change came first."""
        changed = slot_document(slot.model_copy(update={"version": expected_version + 1}))
        await self._keep(slot.id, expected_version)
        with translated():
            done = await self._slots.replace_one({"_id": slot.id, "version": expected_version}, changed)
        self._copies.forget(slot.id)
        return done.matched_count == 1

    async def delete(self, slot_id: str, *, expected_version: int) -> bool:
        """Remove the slot, not its revisions; False when another change came first."""
        await self._keep(slot_id, expected_version)
        with translated():
            done = await self._slots.delete_one({"_id": slot_id, "version": expected_version})
        self._copies.forget(slot_id)
        return done.deleted_count == 1

    async def read(self, slot_id: str) -> Slot | None:
        """Give the slot as it is now."""
        return await self._read(slot_id)

    async def next_version(self, slot_id: str) -> int:
        """Give the version that a new slot of this id begins with: 1, or the next one after a deleted slot's last."""
        with translated():
            newest = await self._revisions.find_one({"slot_id": slot_id}, {"version": 1}, sort=[("version", -1)])
        return 1 if newest is None else int(newest["version"]) + 1

    def forget(self, slot_id: str) -> None:
        """Read it anew next time: somebody else wrote it."""
        self._copies.forget(slot_id)

    async def _read(self, slot_id: str) -> Slot | None:
        with translated():
            document = await self._slots.find_one({"_id": slot_id})
        return None if document is None else _slot(document)

    async def _keep(self, slot_id: str, version: int) -> None:
        """Copy this version to the revisions, if the slot still has it; a copy that is there already stays."""
        stages = [{"$match": {"_id": slot_id, "version": version}}, *_kept_as_revision()]
        with translated():
            await self._majority.aggregate(stages).to_list(None)
        failpoint("slots.revision_kept")


def _kept_as_revision() -> list[dict[str, Any]]:
    """Stages that copy rows of `slots` to `slot_revisions`; on a version that is kept already they do nothing."""
    name = {"$concat": ["$_id", "/", {"$toString": "$version"}]}
    return [
        {"$set": {"slot_id": "$_id", "_id": name}},
        {"$merge": {"into": "slot_revisions", "whenMatched": "keepExisting"}},
    ]


def revision_id(slot_id: str, version: int) -> str:
    return f"{slot_id}/{version}"


def slot_document(slot: Slot) -> dict[str, Any]:
    """Give the slot as its row."""
    fields = slot.model_dump(mode="json", exclude={"id", "created_at", "updated_at"})
    return {"_id": slot.id, **fields, "created_at": slot.created_at, "updated_at": slot.updated_at}


def _slot(document: dict[str, Any]) -> Slot:
    return Slot.model_validate({**document, "id": document["_id"]})
