"""Slots: list, read, create, change, clone, delete."""

from aiohttp import hdrs, web
from pydantic import ValidationError

from admin_api.accounts.auth import LOGGED_IN, actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.slots.slot_check import SlotCheck, check_event_window
from admin_api.slots.slot_conflicts import SlotConflicts
from admin_api.slots.slot_models import (
    IngestPassword,
    SaveQuery,
    SlotChange,
    SlotClone,
    SlotCreation,
    SlotList,
    SlotSettings,
    SlotShown,
)
from admin_api.slots.slot_saving import PASSWORD, SlotSaving, saving_time, target_of, told_of
from admin_api.slots.slot_view import SlotView
from photochanger.domain.failure import ProblemCode
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.slot import Slot
from photochanger.domain.user import Role
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.slot_repository import SlotRepository

PATH = "/api/v1/slots"
ONE = f"{PATH}/{{id}}"

_COMMENT = "comment"
_SERVED_BY_PROVIDER = frozenset({"provider", "operation", "params", "template_media", "fallbacks"})
_OF_A_CHANGE = (ProblemCode.PRECONDITION_REQUIRED, ProblemCode.VERSION_CONFLICT)


class SlotRoutes:
    def __init__(
        self,
        slots: SlotRepository,
        *,
        check: SlotCheck,
        conflicts: SlotConflicts,
        saving: SlotSaving,
        view: SlotView,
        running: JobUpkeep,
        audit: Audit,
        secret_key: str,
    ) -> None:
        self._slots, self._check, self._conflicts = slots, check, conflicts
        self._saving, self._view, self._running, self._audit = saving, view, running, audit
        self._secret_key = secret_key

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (*self._reading(), *self._changing())

    def _reading(self) -> tuple[Endpoint, ...]:
        get = hdrs.METH_GET
        return (
            Endpoint(get, PATH, self.list, Role.VIEWER, summary="Slots with the links booths post to", answer=SlotList),
            Endpoint(get, ONE, self.show, Role.VIEWER, summary="One slot, its version as ETag", answer=SlotShown),
        )

    def _changing(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                Role.ADMIN,
                summary="Create a slot",
                body=SlotCreation,
                query=SaveQuery,
                answer=SlotShown,
                status=201,
                problems=(ProblemCode.CONFLICT,),
            ),
            Endpoint(
                hdrs.METH_PATCH,
                ONE,
                self.change,
                Role.ADMIN,
                summary="Change the fields that are sent, each whole; is_active: false cancels what runs",
                body=SlotChange,
                query=SaveQuery,
                answer=SlotShown,
                problems=_OF_A_CHANGE,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                ONE,
                self.delete,
                Role.ADMIN,
                summary="Delete a slot that has no photos in work",
                status=204,
                problems=(*_OF_A_CHANGE, ProblemCode.CONFLICT),
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{ONE}/clone",
                self.clone,
                Role.ADMIN,
                summary="Create a slot with the settings of another, without its password",
                body=SlotClone,
                query=SaveQuery,
                answer=SlotShown,
                status=201,
                problems=(ProblemCode.CONFLICT,),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        shown = await self._view.shown(await self._slots.list(), request[LOGGED_IN].user.role)
        return json_answer(SlotList(items=shown))

    async def show(self, request: web.Request) -> web.Response:
        return await self._shown(request, await self._existing(request))

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, SlotCreation)
        fields = asked.model_dump(exclude={PASSWORD})
        slot = Slot(**fields, ingest_password_verifier=self._verifier(asked.ingest_password))
        return await self._insert(request, slot)

    async def clone(self, request: web.Request) -> web.Response:
        original = await self._existing(request)
        asked = body_of(request, SlotClone)
        comment = f"a copy of {original.id}, version {original.version}"
        copied = {"id": asked.id, "name": asked.name, "ingest_password_verifier": None, "comment": comment}
        return await self._insert(request, original.model_copy(update=copied))

    async def change(self, request: web.Request) -> web.Response:
        slot = await self._existing(request)
        await self._conflicts.check(request, slot)
        asked = body_of(request, SlotChange)
        named = asked.model_fields_set - {_COMMENT}
        changed = _changed(slot, asked).model_copy(update={_COMMENT: asked.comment})
        if PASSWORD in named:
            changed = changed.model_copy(update={"ingest_password_verifier": self._verifier(asked.ingest_password)})
        if named & _SERVED_BY_PROVIDER or (changed.is_active and not slot.is_active):
            await self._check_slot(request, changed)
        check_event_window(changed)
        settings = await self._view.settings()
        saved = await self._saving.save(actor_of(request), slot, changed, fields=named)
        shown = await self._view.one(saved, request[LOGGED_IN].user.role, settings=settings)
        return json_answer(shown, version=saved.version)

    async def delete(self, request: web.Request) -> web.Response:
        slot = await self._existing(request)
        await self._conflicts.check(request, slot)
        if running := await self._running.count_in_flight(slot.id):
            told = f"This slot has {running} photos in work; disable it and wait."
            raise conflict(ConflictReason.SLOT_BUSY, told, count=running)
        async with self._audit.change(actor_of(request), "delete", target_of(slot), told_of(slot), None):
            if not await self._slots.delete(slot.id, expected_version=slot.version):
                raise await self._conflicts.lost(slot)
        return web.Response(status=204)

    async def _insert(self, request: web.Request, slot: Slot) -> web.Response:
        await self._check_slot(request, slot)
        now = saving_time()
        stamps = {"created_at": now, "updated_at": now, "author": actor_of(request).login}
        slot = slot.model_copy(update=stamps)
        async with self._audit.change(actor_of(request), "create", target_of(slot), None, told_of(slot)):
            created = await self._slots.insert_if_missing(slot)
            if created is None:
                raise conflict(
                    ConflictReason.ID_TAKEN,
                    "There is a slot with this id already.",
                    errors=(FieldFault.at("id", wrong=Wrong(FaultCode.TAKEN, "taken")),),
                )
        return await self._shown(request, created, status=201)

    async def _existing(self, request: web.Request) -> Slot:
        slot = await self._slots.read(request.match_info["id"])
        if slot is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such slot.")
        return slot

    async def _check_slot(self, request: web.Request, slot: Slot) -> None:
        await self._check.check(slot, ignore_warnings=query_of(request, SaveQuery).ignore_warnings)

    async def _shown(self, request: web.Request, slot: Slot, *, status: int = 200) -> web.Response:
        shown = await self._view.one(slot, request[LOGGED_IN].user.role)
        return json_answer(shown, status=status, version=slot.version)

    def _verifier(self, password: IngestPassword | None) -> str | None:
        if password is None:
            return None
        return password_verifier(password.get_secret_value(), secret_key=self._secret_key)


def _changed(slot: Slot, asked: SlotChange) -> Slot:
    """The slot with the fields sent; null is refused where the field has no null.

    Raises:
        Refused: each wrong field by name.
    """
    current = slot.model_dump(mode="json", include=set(SlotSettings.model_fields))
    sent = asked.model_dump(mode="json", include=set(asked.model_fields_set) - {PASSWORD, _COMMENT})
    try:
        settings = SlotSettings.model_validate(current | sent)
    except ValidationError as error:
        raise Refused.for_fields(error) from error
    return slot.model_copy(update={name: getattr(settings, name) for name in SlotSettings.model_fields})
