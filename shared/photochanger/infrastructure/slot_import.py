"""Slots and template pictures written together: all of them or none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError, OperationFailure

from photochanger.domain.slot import Slot
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.mongo import translated
from photochanger.infrastructure.slot_repository import revision_id, slot_document
from photochanger.infrastructure.template_repository import template_document

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

_WRITE_CONFLICT = "TransientTransactionError"


class _Overtaken(Exception):
    """Somebody wrote one of the slots meanwhile; ends the transaction."""


class SlotImport:
    """One transaction: a process that dies in it has written nothing."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._database = database

    async def apply(
        self, templates: Sequence[TemplateMedia], *, created: Sequence[Slot], changed: Sequence[Slot]
    ) -> bool:
        """Write them; False, and nothing written, when one was written by somebody else meanwhile.

        Args:
            templates: their pictures are in the store.
            created: with the version that each begins with.
            changed: with the version that each was made on; it is kept as a revision and followed by the next.

        Raises:
            DatabaseUnavailable: whether they were written is not known.
        """
        try:
            with translated():
                async with await self._database.client.start_session() as session, session.start_transaction():
                    await self._write(session, templates, created=created, changed=changed)
        except (_Overtaken, DuplicateKeyError):
            return False
        except OperationFailure as error:
            if not error.has_error_label(_WRITE_CONFLICT):
                raise
            return False
        return True

    async def _write(
        self,
        session: "AsyncIOMotorClientSession",
        templates: Sequence[TemplateMedia],
        *,
        created: Sequence[Slot],
        changed: Sequence[Slot],
    ) -> None:
        slots = self._database["slots"]
        for template in templates:
            await self._database["templates"].insert_one(template_document(template), session=session)
        for slot in created:
            await slots.insert_one(slot_document(slot), session=session)
        for slot in changed:
            row = await slots.find_one({"_id": slot.id, "version": slot.version}, session=session)
            if row is None:
                raise _Overtaken
            kept = {**row, "_id": revision_id(slot.id, slot.version), "slot_id": slot.id}
            await self._database["slot_revisions"].replace_one({"_id": kept["_id"]}, kept, upsert=True, session=session)
            following = slot_document(slot.model_copy(update={"version": slot.version + 1}))
            await slots.replace_one({"_id": slot.id}, following, session=session)
