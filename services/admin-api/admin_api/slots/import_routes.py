"""Slots taken in from a file: all of them or none."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Actor, Audit
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.problems import Refused
from admin_api.slots.import_models import ImportedPicture, ImportQuery, ImportReport, PictureAction
from admin_api.slots.import_pictures import NewPicture, new_pictures
from admin_api.slots.import_plan import PlannedSlot, in_file, plan_slots, refuse_faulty
from admin_api.slots.slot_check import SlotCheck
from admin_api.slots.slot_file import MAX_FILE_BYTES, SlotFile, by_digest
from admin_api.slots.slot_saving import SlotSaving, saving_time, target_of, told_of
from admin_api.templates.template_store import TemplateStore, template_target, told_of_template
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.user import Role
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.media_store import StoreUnavailable
from photochanger.infrastructure.slot_import import SlotImport
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.observability import get_logger

PATH = "/api/v1/slot-import"

log = get_logger(__name__)


@dataclass(frozen=True)
class _Plan:
    slots: list[PlannedSlot]
    #: those of the new pictures that a slot needs which is written
    pictures: list[NewPicture]

    def report(self, filed: SlotFile, here: Mapping[str, str], *, is_done: bool) -> ImportReport:
        new = {picture.digest for picture in self.pictures}
        pictures = [
            ImportedPicture(sha256=one.sha256, name=one.name, action=_picture_action(one.sha256, new, here))
            for one in filed.pictures
        ]
        return ImportReport(is_done=is_done, slots=tuple(slot.shown() for slot in self.slots), pictures=tuple(pictures))


class ImportRoutes:
    def __init__(
        self,
        slots: SlotRepository,
        templates: TemplateRepository,
        *,
        imports: SlotImport,
        store: TemplateStore,
        decoder: GuardedDecoder,
        check: SlotCheck,
        saving: SlotSaving,
        audit: Audit,
    ) -> None:
        self._slots, self._templates, self._imports, self._store = slots, templates, imports, store
        self._decoder, self._check, self._saving, self._audit = decoder, check, saving, audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.take_in,
                Role.ADMIN,
                summary="Take slots in from an exported file, all or none; dry_run says what would be done",
                body=SlotFile,
                max_body_bytes=MAX_FILE_BYTES,
                query=ImportQuery,
                answer=ImportReport,
                problems=(
                    ProblemCode.CONFLICT,
                    ProblemCode.VERSION_CONFLICT,
                    ProblemCode.UNREADABLE_IMAGE,
                    ProblemCode.CAPACITY_EXCEEDED,
                    ProblemCode.STORAGE_UNAVAILABLE,
                ),
            ),
        )

    async def take_in(self, request: web.Request) -> web.Response:
        filed, query, by = body_of(request, SlotFile), query_of(request, ImportQuery), actor_of(request)
        here = {digest: template.id for digest, template in by_digest(await self._templates.list()).items()}
        plan = await self._plan(filed, here, query, by)
        if not query.dry_run:
            refuse_faulty(plan.slots)
            await self._carry_out(plan, by)
        return json_answer(plan.report(filed, here, is_done=not query.dry_run))

    async def _plan(self, filed: SlotFile, here: Mapping[str, str], query: ImportQuery, by: Actor) -> _Plan:
        slots = {slot.id: slot for slot in await self._slots.list()}
        wanted = {use.sha256 for slot in filed.slots for use in slot.template_media} - {*here}
        pictures = await new_pictures(filed.pictures, wanted, self._decoder, author=by.login)
        media_ids = {**here, **{picture.digest: picture.template.id for picture in pictures}}
        planned = plan_slots(filed.slots, slots, media_ids, query.on_conflict)
        written = [one for one in planned if one.is_written]
        faults = await self._check.faults(
            [one.after for one in written],
            ignore_warnings=query.ignore_warnings,
            new_media={picture.template.id for picture in pictures},
        )
        of_place = dict(zip([one.place for one in written], faults, strict=True))
        checked = [
            replace(one, errors=(*one.errors, *(in_file(one.place, fault) for fault in of_place.get(one.place, ()))))
            for one in planned
        ]
        used = {use.media_id for one in written for use in one.after.template_media}
        return _Plan(checked, [picture for picture in pictures if picture.template.id in used])

    async def _carry_out(self, plan: _Plan, by: Actor) -> None:
        """Write everything, with one record for each picture and slot.

        Raises:
            Refused: somebody changed a slot meanwhile; nothing is written.
        """
        written = [one for one in plan.slots if one.is_written]
        created = [await self._numbered(_stamped(one.after, by)) for one in written if one.before is None]
        changed = [_stamped(one.after, by) for one in written if one.before is not None]
        try:
            async with AsyncExitStack() as records:
                await self._record(records, written, plan.pictures, by)
                for picture in plan.pictures:
                    await self._store.put(picture.template, picture.data)
                templates = [picture.template for picture in plan.pictures]
                await self._write(templates, created=created, changed=changed)
        except Refused:
            await self._forget(plan.pictures)
            raise
        for one in written:
            self._slots.forget(one.after.id)
            if one.before is not None:
                self._saving.end_photos_of_a_disabled(one.before, one.after)

    async def _write(
        self, templates: Sequence[TemplateMedia], *, created: Sequence[Slot], changed: Sequence[Slot]
    ) -> None:
        if not await self._imports.apply(templates, created=created, changed=changed):
            raise Refused(ProblemCode.VERSION_CONFLICT, "Somebody changed a slot meanwhile; all is as it was.")

    async def _record(
        self, records: AsyncExitStack, written: Sequence[PlannedSlot], pictures: Sequence[NewPicture], by: Actor
    ) -> None:
        for picture in pictures:
            told, target = told_of_template(picture.template), template_target(picture.template)
            await records.enter_async_context(self._audit.change(by, "upload", target, None, told))
        for one in written:
            before = None if one.before is None else told_of(one.before)
            action = "create" if one.before is None else "change"
            record = self._audit.change(by, action, target_of(one.after), before, told_of(one.after))
            await records.enter_async_context(record)

    async def _forget(self, pictures: Sequence[NewPicture]) -> None:
        """Remove the pictures of an import that came to nothing."""
        for picture in pictures:
            try:
                await self._store.delete(picture.template)
            except StoreUnavailable as error:
                log.warning("picture_of_no_import_left", key=picture.template.key, error=repr(error), next="it stays")

    async def _numbered(self, slot: Slot) -> Slot:
        return slot.model_copy(update={"version": await self._slots.next_version(slot.id)})


def _stamped(slot: Slot, by: Actor) -> Slot:
    now = saving_time()
    stamps = {"created_at": slot.created_at or now, "updated_at": now, "author": by.login, "comment": "imported"}
    return slot.model_copy(update=stamps)


def _picture_action(digest: str, new: Sequence[str] | set[str], here: Mapping[str, str]) -> PictureAction:
    if digest in here:
        return PictureAction.PRESENT
    return PictureAction.UPLOAD if digest in new else PictureAction.UNUSED
