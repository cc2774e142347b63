"""Slots written into a file, to keep or to carry to another installation."""

import hashlib
from collections.abc import Sequence
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import Field

from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import JSON, Endpoint, RequestModel, query_of
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.slots.slot_file import MAX_PICTURE_BYTES, PictureGone, SlotFile, slot_file, used_templates
from admin_api.templates.template_store import TemplateStore
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.user import Role
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository

PATH = "/api/v1/slot-export"


class ExportQuery(RequestModel):
    """`slots` are ids with commas between them, all slots if it is not given; `pictures=false` only names pictures."""

    slots: Annotated[str, Field(min_length=1, max_length=8_000)] | None = None
    pictures: bool = True


class ExportRoutes:
    def __init__(self, slots: SlotRepository, templates: TemplateRepository, store: TemplateStore) -> None:
        self._slots, self._templates, self._store = slots, templates, store

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.export,
                Role.ADMIN,
                summary="Slots as a file, without passwords; the same slots give the same bytes",
                query=ExportQuery,
                answer=SlotFile,
                has_etag=False,
                problems=(ProblemCode.CONFLICT, ProblemCode.STORAGE_UNAVAILABLE),
            ),
        )

    async def export(self, request: web.Request) -> web.Response:
        query = query_of(request, ExportQuery)
        slots = _chosen(await self._slots.list(), query.slots)
        templates = {template.id: template for template in await self._templates.list()}
        try:
            used = used_templates(slots, templates)
        except PictureGone as error:
            told = f"Not to be exported: {error}."
            raise conflict(ConflictReason.PICTURE_GONE, told, subject=error.slot_id) from error
        pictures = await self._pictures(list(used.values())) if query.pictures else None
        headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="photochanger-slots.json"'}
        return web.Response(body=slot_file(slots, templates, pictures), content_type=JSON, headers=headers)

    async def _pictures(self, templates: Sequence[TemplateMedia]) -> dict[str, bytes]:
        size_bytes = sum(template.size_bytes for template in templates)
        if size_bytes > MAX_PICTURE_BYTES:
            raise conflict(
                ConflictReason.FILE_TOO_LARGE,
                f"The pictures of these slots have {size_bytes} bytes, a file takes {MAX_PICTURE_BYTES}: "
                "export fewer slots, or pictures=false.",
            )
        pictures = {}
        for template in templates:
            data = await self._store.get(template)
            if hashlib.sha256(data).hexdigest() != template.sha256:
                raise Refused(ProblemCode.STORAGE_UNAVAILABLE, f"The store has another picture as {template.id}.")
            pictures[template.sha256] = data
        return pictures


def _chosen(slots: Sequence[Slot], named: str | None) -> list[Slot]:
    if named is None:
        return list(slots)
    by_id, ids = {slot.id: slot for slot in slots}, named.split(",")
    unknown = sorted({slot_id for slot_id in ids if slot_id not in by_id})
    if unknown:
        no_slot = Wrong(FaultCode.UNKNOWN_SLOT, f"there is no slot {unknown[0]!r}", subject=unknown[0])
        raise Refused.for_faults(FieldFault.at("slots", wrong=no_slot))
    return [by_id[slot_id] for slot_id in dict.fromkeys(ids)]
