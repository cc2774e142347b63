"""How a changed slot is saved: on the version it was made on, with its record, in force at once."""

from collections.abc import Collection
from datetime import UTC, datetime

from admin_api.operations.audit import Actor, Audit, Fields
from admin_api.slots.slot_conflicts import SlotConflicts
from admin_api.slots.slot_models import SlotSettings
from photochanger.background import Background
from photochanger.domain.slot import Slot
from photochanger.failpoints import failpoint
from photochanger.infrastructure.disabled_slots import DisabledSlots
from photochanger.infrastructure.slot_repository import SlotRepository

PASSWORD = "ingest_password"  # noqa: S105 - the field's name
#: What is left after this is the dispatcher's, a second later.
ENDING_SECONDS = 10.0


class SlotSaving:
    def __init__(
        self,
        slots: SlotRepository,
        *,
        conflicts: SlotConflicts,
        disabled: DisabledSlots,
        background: Background,
        audit: Audit,
    ) -> None:
        self._slots, self._conflicts = slots, conflicts
        self._disabled, self._background, self._audit = disabled, background, audit

    async def save(
        self, by: Actor, before: Slot, after: Slot, *, action: str = "change", fields: Collection[str]
    ) -> Slot:
        """Save `after` in the place of `before`, and give it as saved; `fields` are told to the audit.

        Raises:
            Refused: another change came first (412).
        """
        changed = after.model_copy(update={"updated_at": saving_time(), "author": by.login})
        told = told_of(before, fields), told_of(changed, fields)
        async with self._audit.change(by, action, target_of(before), *told):
            if not await self._slots.replace(changed, expected_version=before.version):
                raise await self._conflicts.lost(before)
            failpoint("admin.mid_change")
            self.end_photos_of_a_disabled(before, changed)
        return changed.model_copy(update={"version": before.version + 1})

    def end_photos_of_a_disabled(self, before: Slot, after: Slot) -> None:
        """Cancel what still runs of a slot that this change switched off."""
        if before.is_active and not after.is_active:
            ending = self._disabled.cancel_running()
            self._background.start(ending, name="end_disabled", timeout_seconds=ENDING_SECONDS)


def saving_time() -> datetime:
    """Now, to the millisecond, as the database keeps it: what is answered is what is read later."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def target_of(slot: Slot) -> str:
    return f"slots/{slot.id}"


def told_of(slot: Slot, fields: Collection[str] = frozenset(SlotSettings.model_fields)) -> Fields:
    """These fields for the audit; of the password only whether there is one."""
    told: dict[str, object] = slot.model_dump(mode="json", include=set(fields) - {PASSWORD})
    if PASSWORD in fields:
        told["has_own_password"] = slot.ingest_password_verifier is not None
    return told
