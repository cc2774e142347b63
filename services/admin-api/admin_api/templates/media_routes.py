"""Template media: upload, list, look at, delete."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, FormPart, RequestModel, json_answer, query_of
from admin_api.rest.problems import Refused
from admin_api.rest.upload_form import ANY_PICTURE, FORM, MAX_FORM_BYTES, receive_upload
from admin_api.templates.template_store import (
    MAX_NAME_CHARACTERS,
    TemplateStore,
    new_template,
    template_target,
    told_of_template,
)
from admin_api.templates.template_upload import clean_template
from admin_api.templates.template_uses import TemplateUses, uses
from photochanger.domain.failure import ProblemCode
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import MAX_UPLOAD_BYTES, Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.user import Role
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository

PATH = "/api/v1/template-media"
ONE = f"{PATH}/{{id}}"


class TemplateShown(BaseModel):
    """`used_by` names the slots that have it."""

    id: str
    name: str
    type: PictureType
    width: int
    height: int
    size_bytes: int
    sha256: str
    created_at: datetime | None
    author: str
    used_by: tuple[str, ...]
    picture_url: str


class TemplateList(BaseModel):
    items: tuple[TemplateShown, ...]


class UploadQuery(RequestModel):
    """`name` is the picture's, if the form says none."""

    name: Annotated[str, Field(max_length=MAX_NAME_CHARACTERS)] = ""


class DeletionQuery(RequestModel):
    """`force` takes it out of the slots that use it first; each gets a new version."""

    force: bool = False


class MediaRoutes:
    def __init__(
        self,
        templates: TemplateRepository,
        slots: SlotRepository,
        *,
        store: TemplateStore,
        decoder: GuardedDecoder,
        audit: Audit,
    ) -> None:
        self._templates, self._slots, self._store = templates, slots, store
        self._decoder, self._audit, self._uses = decoder, audit, TemplateUses(slots, audit)

    def endpoints(self) -> tuple[Endpoint, ...]:
        get = hdrs.METH_GET
        return (
            Endpoint(
                get, PATH, self.list, Role.VIEWER, summary="Template pictures and who uses them", answer=TemplateList
            ),
            Endpoint(get, ONE, self.show, Role.VIEWER, summary="One template picture's facts", answer=TemplateShown),
            Endpoint(
                get,
                f"{ONE}/picture",
                self.picture,
                Role.VIEWER,
                summary="The template picture itself",
                answer_type="image/*",
                problems=(ProblemCode.STORAGE_UNAVAILABLE,),
            ),
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.upload,
                Role.ADMIN,
                summary="Upload a template picture: a form with a file and maybe a name, or the picture itself",
                body_types=(FORM, ANY_PICTURE),
                form=(
                    FormPart("file", "The picture", is_file=True),
                    FormPart("name", "What to call it; else as its file", is_required=False),
                ),
                query=UploadQuery,
                max_body_bytes=MAX_FORM_BYTES,
                answer=TemplateShown,
                status=201,
                problems=(
                    ProblemCode.UNREADABLE_IMAGE,
                    ProblemCode.CAPACITY_EXCEEDED,
                    ProblemCode.STORAGE_UNAVAILABLE,
                ),
            ),
            Endpoint(
                hdrs.METH_DELETE,
                ONE,
                self.delete,
                Role.ADMIN,
                summary="Delete a template picture that no slot uses; by force take it out of those that do",
                query=DeletionQuery,
                status=204,
                problems=(ProblemCode.CONFLICT, ProblemCode.VERSION_CONFLICT, ProblemCode.STORAGE_UNAVAILABLE),
            ),
        )

    async def list(self, _request: web.Request) -> web.Response:
        slots = await self._slots.list()
        items = [_shown(template, slots) for template in await self._templates.list()]
        return json_answer(TemplateList(items=tuple(items)))

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(_shown(await self._existing(request), await self._slots.list()))

    async def picture(self, request: web.Request) -> web.Response:
        template = await self._existing(request)
        data = await self._store.get(template)
        name = f'inline; filename="template-{template.id}.{template.type.extension}"'
        return web.Response(body=data, content_type=template.type, headers={hdrs.CONTENT_DISPOSITION: name})

    async def upload(self, request: web.Request) -> web.Response:
        form = await receive_upload(request)
        if len(form.data) > MAX_UPLOAD_BYTES:
            raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {MAX_UPLOAD_BYTES} bytes are taken.")
        picture = await clean_template(form.data, self._decoder)
        name = form.fields.get("name") or query_of(request, UploadQuery).name or form.filename
        template = new_template(picture, name=name, author=actor_of(request).login)
        told = told_of_template(template)
        async with self._audit.change(actor_of(request), "upload", template_target(template), None, told):
            await self._store.put(template, picture.data)
            await self._templates.insert_if_missing(template)
        return json_answer(_shown(template, ()), status=201)

    async def delete(self, request: web.Request) -> web.Response:
        template = await self._existing(request)
        users = [slot.id for slot in await self._uses.slots_with(template.id)]
        if users and not query_of(request, DeletionQuery).force:
            told = ", ".join(users)
            raise conflict(ConflictReason.USED_BY_SLOTS, f"Slots use it: {told}.", subject=told)
        # a store that does not answer refuses the whole before any of it is done
        await self._store.check_answers(template)
        by = actor_of(request)
        async with self._audit.change(by, "delete", template_target(template), told_of_template(template), None):
            await self._uses.remove(template.id, by)
            # the row goes last: whatever fails before, the same request again finishes the work
            await self._store.delete(template)
            await self._templates.delete(template.id)
            # a slot that was saved with it meanwhile
            await self._uses.remove(template.id, by)
        return web.Response(status=204)

    async def _existing(self, request: web.Request) -> TemplateMedia:
        template = await self._templates.get(request.match_info["id"])
        if template is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such template picture.")
        return template


def _shown(template: TemplateMedia, slots: Sequence[Slot]) -> TemplateShown:
    return TemplateShown(
        **template.model_dump(exclude={"key"}),
        used_by=tuple(slot.id for slot in slots if uses(slot, template.id)),
        picture_url=f"{PATH}/{template.id}/picture",
    )
