"""Slots: list, read, create, change, clone, delete."""

from collections.abc import Collection
from datetime import UTC, datetime

from aiohttp import hdrs, web
from pydantic import ValidationError

from admin_api.accounts.auth import LOGGED_IN, actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.problems import FieldFault, Refused
from admin_api.rest.versions import check_if_match, version_conflict
from admin_api.slots.slot_check import SlotCheck
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
from admin_api.slots.slot_view import slot_shown
from photochanger.background import Background
from photochanger.domain.failure import ProblemCode
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Slot
from photochanger.domain.user import Role
from photochanger.failpoints import failpoint
from photochanger.infrastructure.disabled_slots import DisabledSlots
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository

PATH = "/api/v1/slots"
ONE = f"{PATH}/{{id}}"

#: What is left after this is the dispatcher's, a second later.
ENDING_SECONDS = 10.0

_PASSWORD = "ingest_password"  # noqa: S105 - the field's name
_SERVED_BY_PROVIDER = frozenset({"provider", "operation", "params", "template_media", "fallbacks"})
_OF_A_CHANGE = (ProblemCode.PRECONDITION_REQUIRED, ProblemCode.VERSION_CONFLICT)


class SlotRoutes:
    def __init__(
        self,
        slots: SlotRepository,
        settings: SettingsRepository,
        *,
        check: SlotCheck,
        running: JobUpkeep,
        disabled: DisabledSlots,
        background: Background,
        audit: Audit,
        public_base_url: str,
        secret_key: str,
    ) -> None:
        self._slots, self._settings, self._check = slots, settings, check
        self._running, self._disabled, self._background = running, disabled, background
        self._audit = audit
        self._public_base_url, self._secret_key = public_base_url, secret_key

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
        settings = await self._settings.get()
        role = request[LOGGED_IN].user.role
        items = [
            slot_shown(slot, settings, role=role, public_base_url=self._public_base_url)
            for slot in await self._slots.list()
        ]
        return json_answer(SlotList(items=tuple(items)))

    async def show(self, request: web.Request) -> web.Response:
        return self._shown(request, await self._existing(request), await self._settings.get())

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, SlotCreation)
        fields = asked.model_dump(exclude={_PASSWORD})
        slot = Slot(**fields, ingest_password_verifier=self._verifier(asked.ingest_password))
        return await self._insert(request, slot)

    async def clone(self, request: web.Request) -> web.Response:
        original = await self._existing(request)
        asked = body_of(request, SlotClone)
        copied = {"id": asked.id, "name": asked.name, "version": 1, "ingest_password_verifier": None}
        return await self._insert(request, original.model_copy(update=copied))

    async def change(self, request: web.Request) -> web.Response:
        slot = await self._existing(request)
        check_if_match(request, version=slot.version)
        asked = body_of(request, SlotChange)
        named = asked.model_fields_set
        changed = _changed(slot, asked)
        if named & _SERVED_BY_PROVIDER or (changed.is_active and not slot.is_active):
            await self._check_slot(request, changed)
        stamps: dict[str, object] = {"updated_at": datetime.now(UTC), "author": actor_of(request).login}
        if _PASSWORD in named:
            stamps["ingest_password_verifier"] = self._verifier(asked.ingest_password)
        changed = changed.model_copy(update=stamps)
        settings = await self._settings.get()
        before, after = _told(slot, named), _told(changed, named)
        async with self._audit.change(actor_of(request), "change", _target(slot), before, after):
            if not await self._slots.replace(changed, expected_version=slot.version):
                raise version_conflict()
            failpoint("admin.mid_change")
            if slot.is_active and not changed.is_active:
                ending = self._disabled.cancel_running()
                self._background.start(ending, name="end_disabled", timeout_seconds=ENDING_SECONDS)
        return self._shown(request, changed.model_copy(update={"version": slot.version + 1}), settings)

    async def delete(self, request: web.Request) -> web.Response:
        slot = await self._existing(request)
        check_if_match(request, version=slot.version)
        if running := await self._running.count_in_flight(slot.id):
            raise Refused(ProblemCode.CONFLICT, f"This slot has {running} photos in work; disable it and wait.")
        before = _told(slot, SlotSettings.model_fields)
        async with self._audit.change(actor_of(request), "delete", _target(slot), before, None):
            if not await self._slots.delete(slot.id, expected_version=slot.version):
                raise version_conflict()
        return web.Response(status=204)

    async def _insert(self, request: web.Request, slot: Slot) -> web.Response:
        await self._check_slot(request, slot)
        now = datetime.now(UTC)
        stamps = {"created_at": now, "updated_at": now, "author": actor_of(request).login}
        slot, settings = slot.model_copy(update=stamps), await self._settings.get()
        after = _told(slot, SlotSettings.model_fields)
        async with self._audit.change(actor_of(request), "create", _target(slot), None, after):
            if not await self._slots.insert_if_missing(slot):
                raise Refused(
                    ProblemCode.CONFLICT,
                    "There is a slot with this id already.",
                    errors=(FieldFault.at("id", detail="taken"),),
                )
        return self._shown(request, slot, settings, status=201)

    async def _existing(self, request: web.Request) -> Slot:
        slot = await self._slots.read(request.match_info["id"])
        if slot is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such slot.")
        return slot

    async def _check_slot(self, request: web.Request, slot: Slot) -> None:
        await self._check.check(slot, ignore_warnings=query_of(request, SaveQuery).ignore_warnings)

    def _shown(
        self, request: web.Request, slot: Slot, settings: PlatformSettings, *, status: int = 200
    ) -> web.Response:
        shown = slot_shown(slot, settings, role=request[LOGGED_IN].user.role, public_base_url=self._public_base_url)
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
    sent = asked.model_dump(mode="json", include=set(asked.model_fields_set) - {_PASSWORD})
    try:
        settings = SlotSettings.model_validate(current | sent)
    except ValidationError as error:
        raise Refused.for_fields(error) from error
    return slot.model_copy(update={name: getattr(settings, name) for name in SlotSettings.model_fields})


def _target(slot: Slot) -> str:
    return f"slots/{slot.id}"


def _told(slot: Slot, fields: Collection[str]) -> dict[str, object]:
    """These fields for the audit; of the password only whether there is one."""
    told = slot.model_dump(mode="json", include=set(fields) - {_PASSWORD})
    if _PASSWORD in fields:
        told["has_own_password"] = slot.ingest_password_verifier is not None
    return told
