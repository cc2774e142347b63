"""The history of a slot: its revisions, what differs between two, and the way back to one."""

from aiohttp import hdrs, web

from admin_api.accounts.auth import LOGGED_IN, actor_of
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from admin_api.slots.revision_models import (
    DiffQuery,
    RevisionDiff,
    RevisionPage,
    RevisionQuery,
    RevisionShown,
    Rollback,
    revision_summary,
)
from admin_api.slots.slot_check import SlotCheck
from admin_api.slots.slot_conflicts import SlotConflicts
from admin_api.slots.slot_diff import slot_changes
from admin_api.slots.slot_models import SaveQuery, SlotSettings, SlotShown
from admin_api.slots.slot_saving import SlotSaving
from admin_api.slots.slot_view import SlotView, slot_content
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import Slot
from photochanger.domain.user import Role
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.slot_revision_repository import SlotRevisionRepository

PATH = "/api/v1/slots/{id}/revisions"
ONE = f"{PATH}/{{number}}"
#: More digits than any version has.
_MAX_DIGITS = 9


class RevisionRoutes:
    def __init__(
        self,
        slots: SlotRepository,
        revisions: SlotRevisionRepository,
        *,
        check: SlotCheck,
        conflicts: SlotConflicts,
        saving: SlotSaving,
        view: SlotView,
    ) -> None:
        self._slots, self._revisions = slots, revisions
        self._check, self._conflicts, self._saving, self._view = check, conflicts, saving, view

    def endpoints(self) -> tuple[Endpoint, ...]:
        get, viewer = hdrs.METH_GET, Role.VIEWER
        return (
            Endpoint(
                get,
                PATH,
                self.list,
                viewer,
                summary="Every version of the slot, newest first, also of a deleted one",
                query=RevisionQuery,
                answer=RevisionPage,
            ),
            Endpoint(get, ONE, self.show, viewer, summary="The slot as it was in one version", answer=RevisionShown),
            Endpoint(
                get,
                f"{ONE}/diff",
                self.diff,
                Role.ADMIN,
                summary="What differs between two versions, field by field",
                query=DiffQuery,
                answer=RevisionDiff,
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{ONE}/rollback",
                self.roll_back,
                Role.ADMIN,
                summary="Save a version's settings anew, as a change made now; the password stays as it is",
                body=Rollback,
                query=SaveQuery,
                answer=SlotShown,
                problems=(ProblemCode.PRECONDITION_REQUIRED, ProblemCode.VERSION_CONFLICT),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, RevisionQuery)
        found = await self._revisions.newest_first(request.match_info["id"], limit=query.limit + 1, before=query.cursor)
        if not found and query.cursor is None:
            raise _no_revision()
        page, next_cursor = cut_page(found, limit=query.limit, cursor_of=lambda slot: str(slot.version))
        return json_answer(RevisionPage(items=tuple(map(revision_summary, page)), next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        slot = await self._named(request)
        content = slot_content(slot, request[LOGGED_IN].user.role)
        return json_answer(RevisionShown(**revision_summary(slot).model_dump(), slot=content))

    async def diff(self, request: web.Request) -> web.Response:
        slot, to = await self._named(request), query_of(request, DiffQuery).to
        other = await self._newest(slot.id) if to is None else await self._revision(slot.id, to)
        changes = slot_changes(slot, other)
        return json_answer(RevisionDiff(number=slot.version, to=other.version, changes=changes))

    async def roll_back(self, request: web.Request) -> web.Response:
        slot = await self._slots.read(request.match_info["id"])
        if slot is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such slot.")
        await self._conflicts.check(request, slot)
        old, fields = await self._named(request), SlotSettings.model_fields
        comment = body_of(request, Rollback).comment or f"back to version {old.version}"
        back = slot.model_copy(update={"comment": comment} | {name: getattr(old, name) for name in fields})
        await self._check.check(back, ignore_warnings=query_of(request, SaveQuery).ignore_warnings)
        saved = await self._saving.save(actor_of(request), slot, back, action="roll_back", fields=fields)
        return json_answer(await self._view.one(saved, Role.ADMIN), version=saved.version)

    async def _named(self, request: web.Request) -> Slot:
        number = request.match_info["number"]
        if not number.isascii() or not number.isdecimal() or len(number) > _MAX_DIGITS:
            raise _no_revision()
        return await self._revision(request.match_info["id"], int(number))

    async def _revision(self, slot_id: str, number: int) -> Slot:
        slot = await self._revisions.read(slot_id, number)
        if slot is None:
            raise _no_revision()
        return slot

    async def _newest(self, slot_id: str) -> Slot:
        found = await self._revisions.newest_first(slot_id, limit=1)
        if not found:
            raise _no_revision()
        return found[0]


def _no_revision() -> Refused:
    return Refused(ProblemCode.NOT_FOUND, "No such slot, or no such version of it.")
