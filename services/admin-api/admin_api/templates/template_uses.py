"""Which slots use a template picture, and how it is taken out of them."""

from datetime import UTC, datetime

from admin_api.operations.audit import Actor, Audit
from admin_api.rest.versions import version_conflict
from photochanger.domain.slot import Slot
from photochanger.infrastructure.slot_repository import SlotRepository

#: A slot that others keep changing is tried so often.
TRIES = 5


class TemplateUses:
    def __init__(self, slots: SlotRepository, audit: Audit) -> None:
        self._slots, self._audit = slots, audit

    async def slots_with(self, media_id: str) -> list[Slot]:
        return [slot for slot in await self._slots.list() if uses(slot, media_id)]

    async def remove(self, media_id: str, by: Actor) -> None:
        """Take the picture out of every slot: a new version of each, and a record.

        Raises:
            Refused: a slot was changed at every try.
        """
        for slot in await self.slots_with(media_id):
            await self._remove_from(slot, media_id, by)

    async def _remove_from(self, slot: Slot | None, media_id: str, by: Actor) -> None:
        for _ in range(TRIES):
            if slot is None or not uses(slot, media_id):
                return
            left = tuple(use for use in slot.template_media if use.media_id != media_id)
            stamps = {"updated_at": datetime.now(UTC), "author": by.login, "comment": f"picture {media_id} deleted"}
            changed = slot.model_copy(update={"template_media": left, **stamps})
            before, after = (each.model_dump(mode="json", include={"template_media"}) for each in (slot, changed))
            async with self._audit.change(by, "change", f"slots/{slot.id}", before, after) as change:
                if await self._slots.replace(changed, expected_version=slot.version):
                    return
                change.is_made = False
            slot = await self._slots.read(slot.id)
        raise version_conflict()


def uses(slot: Slot, media_id: str) -> bool:
    return any(use.media_id == media_id for use in slot.template_media)
