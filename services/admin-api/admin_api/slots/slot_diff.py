"""What differs between two versions of a slot, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, JsonValue

from admin_api.rest.field_fault import json_pointer
from admin_api.slots.slot_models import SlotSettings
from photochanger.domain.slot import Slot

PASSWORD_POINTER = "/ingest_password"  # noqa: S105 - the field's name


class ChangeKind(StrEnum):
    #: both have it, with different values
    CHANGED = "changed"
    #: only the later one has it
    ADDED = "added"
    #: only the earlier one has it
    REMOVED = "removed"


class FieldChange(BaseModel):
    """`pointer` is a JSON pointer into the slot. A secret's values are not told: they differ, that is all."""

    pointer: str
    kind: ChangeKind
    before: JsonValue = None
    after: JsonValue = None
    is_secret: bool = False


def slot_changes(before: Slot, after: Slot) -> tuple[FieldChange, ...]:
    """Give every field that differs, by its pointer; objects and lists are gone through to their leaves."""
    fields = set(SlotSettings.model_fields)
    changes = _changes(*(slot.model_dump(mode="json", include=fields) for slot in (before, after)), path=())
    if before.ingest_password_verifier == after.ingest_password_verifier:
        return tuple(changes)
    return (*changes, FieldChange(pointer=PASSWORD_POINTER, kind=_password_kind(before, after), is_secret=True))


def _password_kind(before: Slot, after: Slot) -> ChangeKind:
    if before.ingest_password_verifier is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if after.ingest_password_verifier is None else ChangeKind.CHANGED


def _changes(before: JsonValue, after: JsonValue, *, path: tuple[str, ...]) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_members(_by_place(before), _by_place(after), path)
    elif before != after or isinstance(before, bool) is not isinstance(after, bool):
        yield FieldChange(pointer=json_pointer(*path), kind=ChangeKind.CHANGED, before=before, after=after)


def _by_place(values: Sequence[JsonValue]) -> dict[str, JsonValue]:
    return {str(place): value for place, value in enumerate(values)}


def _of_members(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], path: tuple[str, ...]
) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*before, *after]):
        pointer = json_pointer(*path, name)
        if name not in after:
            yield FieldChange(pointer=pointer, kind=ChangeKind.REMOVED, before=before[name])
        elif name not in before:
            yield FieldChange(pointer=pointer, kind=ChangeKind.ADDED, after=after[name])
        else:
            yield from _changes(before[name], after[name], path=(*path, name))
