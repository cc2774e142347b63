"""Two administrators on one slot: the second is shown what the first has made of it."""

from aiohttp import web
from pydantic import JsonValue

from admin_api.rest.problems import Refused
from admin_api.rest.versions import check_if_match, version_conflict
from admin_api.slots.slot_diff import slot_changes
from admin_api.slots.slot_view import SlotView
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import Slot
from photochanger.domain.user import Role
from photochanger.infrastructure.slot_revision_repository import SlotRevisionRepository


class SlotConflicts:
    """For changes that only administrators make: the current slot is shown whole, its prompt too."""

    def __init__(self, revisions: SlotRevisionRepository, view: SlotView) -> None:
        self._revisions, self._view = revisions, view

    async def check(self, request: web.Request, slot: Slot) -> None:
        """Let a change pass that was made on this version.

        Raises:
            Refused: no If-Match (428), or one of another version (412, with the current slot).
        """
        try:
            check_if_match(request, version=slot.version)
        except Refused as refused:
            if refused.code is not ProblemCode.VERSION_CONFLICT:
                raise
            tags = [tag.value for tag in request.if_match or ()]
            raise await self._conflict(slot, base=_number(tags)) from refused

    async def lost(self, slot: Slot) -> Refused:
        """Give the refusal of a change of `slot` that another one overtook."""
        [*found] = await self._revisions.newest_first(slot.id, limit=1)
        return await self._conflict(found[0], base=slot.version) if found else version_conflict()

    async def _conflict(self, current: Slot, *, base: int | None) -> Refused:
        """412 with the current slot, its ETag, and what was changed since `base` if that was a version of it."""
        read = None if base is None else await self._revisions.read(current.id, base)
        shown = await self._view.one(current, Role.ADMIN)
        changes: list[JsonValue] | None = None
        if read is not None:
            changes = [change.model_dump(mode="json") for change in slot_changes(read, current)]
        return Refused(
            ProblemCode.VERSION_CONFLICT,
            f"{current.author or 'Somebody'} changed it meanwhile; it is at version {current.version} now.",
            members={"current": shown.model_dump(mode="json"), "etag": f'"{current.version}"', "changes": changes},
        )


def _number(tags: list[str]) -> int | None:
    """Give the version that If-Match named, None for what was never an ETag of ours."""
    numbers = [int(tag) for tag in tags if tag.isascii() and tag.isdecimal() and len(tag) < len(str(2**63))]
    return numbers[0] if numbers else None
