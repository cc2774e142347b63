"""What an import would do: every slot of the file checked as a save, before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong, json_pointer
from admin_api.rest.problems import Refused
from admin_api.slots.import_models import ImportAction, ImportedSlot, ImportFault, OnConflict
from admin_api.slots.slot_diff import slot_changes
from admin_api.slots.slot_file import FileSlot, slot_of
from admin_api.slots.slot_models import SlotSettings
from photochanger.domain.slot import Slot

MAX_ID_CHARACTERS = 64


@dataclass(frozen=True)
class PlannedSlot:
    """One slot of the file: `before` is the slot here that it meets, `after` what would be saved."""

    place: int
    filed: FileSlot
    before: Slot | None
    after: Slot
    action: ImportAction
    errors: tuple[FieldFault, ...] = ()

    @property
    def is_written(self) -> bool:
        return self.action in {ImportAction.CREATE, ImportAction.CHANGE}

    def shown(self) -> ImportedSlot:
        changes = slot_changes(self.before, self.after) if self.before and self.is_written else ()
        return ImportedSlot(
            file_id=self.filed.id,
            id=self.after.id,
            action=ImportAction.INVALID if self.errors and self.is_written else self.action,
            changes=changes,
            errors=tuple(map(ImportFault.of, self.errors)),
            needs_password=self.filed.has_own_password and self.action is ImportAction.CREATE,
        )


def plan_slots(
    filed: Sequence[FileSlot], here: Mapping[str, Slot], media_ids: Mapping[str, str], on_conflict: OnConflict
) -> list[PlannedSlot]:
    """Say what becomes of each slot, but for what its providers say to it.

    `here` are the slots of this installation by id; `media_ids` is by the digest of the picture, those included that
    the file brings.
    """
    taken, seen = {*here, *(slot.id for slot in filed)}, set[str]()
    planned = []
    for place, slot in enumerate(filed):
        missing = _missing_pictures(place, slot, media_ids)
        one = PlannedSlot(place, slot, here.get(slot.id), slot_of(slot, media_ids), ImportAction.CREATE, missing)
        if slot.id in seen:
            twice = FieldFault.at("slots", place, "id", wrong=Wrong(FaultCode.REPEATED, "is in the file twice"))
            planned.append(replace(one, action=ImportAction.INVALID, errors=(twice,)))
        else:
            planned.append(one if one.before is None else _met(one, one.before, on_conflict, taken))
        seen.add(slot.id)
    return planned


def refuse_faulty(planned: Sequence[PlannedSlot]) -> None:
    """Let a plan pass that can be carried out whole.

    Raises:
        Refused: settings that cannot work (422), or an id that is taken (409).
    """
    faults = [fault for one in planned for fault in one.errors]
    if not faults:
        return
    if all(one.action is ImportAction.REFUSE for one in planned if one.errors):
        told = "There are slots with these ids already."
        raise conflict(ConflictReason.SLOTS_EXIST, told, errors=tuple(faults))
    raise Refused.for_faults(*faults)


def _met(one: PlannedSlot, before: Slot, on_conflict: OnConflict, taken: set[str]) -> PlannedSlot:
    """What becomes of a slot whose id is taken here, by `before`."""
    if on_conflict is OnConflict.SKIP:
        return replace(one, after=before, action=ImportAction.SKIP, errors=())
    if on_conflict is OnConflict.REFUSE:
        fault = FieldFault.at("slots", one.place, "id", wrong=Wrong(FaultCode.TAKEN, "taken"))
        return replace(one, after=before, action=ImportAction.REFUSE, errors=(fault,))
    if on_conflict is OnConflict.NEW_ID:
        renamed = one.after.model_copy(update={"id": _free_id(one.filed.id, taken)})
        taken.add(renamed.id)
        return replace(one, before=None, after=renamed)
    asked = {name: getattr(one.after, name) for name in SlotSettings.model_fields}
    after = before.model_copy(update=asked)
    is_other = one.errors or slot_changes(before, after)
    return replace(one, after=after, action=ImportAction.CHANGE if is_other else ImportAction.UNCHANGED)


def in_file(place: int, fault: FieldFault) -> FieldFault:
    """The fault of a slot, by its pointer into the file."""
    return FieldFault(json_pointer("slots", place) + fault.pointer, fault.wrong, fault.is_warning)


def _missing_pictures(place: int, filed: FileSlot, media_ids: Collection[str]) -> tuple[FieldFault, ...]:
    missing = Wrong(FaultCode.PICTURE_MISSING, "this picture is neither in the file nor here")
    return tuple(
        FieldFault.at("slots", place, "template_media", index, "sha256", wrong=missing)
        for index, use in enumerate(filed.template_media)
        if use.sha256 not in media_ids
    )


def _free_id(slot_id: str, taken: Collection[str]) -> str:
    number = 2
    while True:
        ending = f"-{number}"
        candidate = f"{slot_id[: MAX_ID_CHARACTERS - len(ending)].rstrip('-')}{ending}"
        if candidate not in taken:
            return candidate
        number += 1
