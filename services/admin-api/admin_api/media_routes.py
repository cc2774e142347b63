"""Template media: upload, list, look at, delete."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.audit import Audit
from admin_api.auth import actor_of
from admin_api.endpoint import Endpoint, RequestModel, json_answer, query_of
from admin_api.problems import Refused
from admin_api.template_upload import clean_template
from admin_api.upload_form import FORM, MAX_FORM_BYTES, receive_upload
from photochanger.domain.failure import ProblemCode
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import DEFAULT_MAX_UPLOAD_BYTES, Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.user import Role
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository

PATH = "/api/v1/template-media"
ONE = f"{PATH}/{{id}}"
MAX_NAME_CHARACTERS = 120


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


class DeletionQuery(RequestModel):
    """`force` deletes it although slots use it; they fail until they get another."""

    force: bool = False


class MediaRoutes:
    def __init__(
        self,
        templates: TemplateRepository,
        slots: SlotRepository,
        *,
        store: MediaStore,
        decoder: GuardedDecoder,
        audit: Audit,
    ) -> None:
        self._templates, self._slots, self._store = templates, slots, store
        self._decoder, self._audit = decoder, audit

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
                summary="Upload a template picture: the form has a file and may have a name",
                body_type=FORM,
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
                summary="Delete a template picture that no slot uses",
                query=DeletionQuery,
                status=204,
                problems=(ProblemCode.CONFLICT, ProblemCode.STORAGE_UNAVAILABLE),
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
        try:
            data = await self._store.get(Bucket.TEMPLATES, template.key)
        except ObjectMissing as error:
            raise Refused(ProblemCode.NOT_FOUND, "The picture is not in the store.") from error
        name = f'inline; filename="template-{template.id}.{template.type.extension}"'
        return web.Response(body=data, content_type=template.type, headers={hdrs.CONTENT_DISPOSITION: name})

    async def upload(self, request: web.Request) -> web.Response:
        form = await receive_upload(request)
        if len(form.data) > DEFAULT_MAX_UPLOAD_BYTES:
            raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {DEFAULT_MAX_UPLOAD_BYTES} bytes are taken.")
        picture = await clean_template(form.data, self._decoder)
        media_id = str(uuid.uuid4())
        template = TemplateMedia(
            id=media_id,
            name=_display_name(form.fields.get("name") or form.filename),
            key=media_id,
            type=picture.type,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.data),
            sha256=hashlib.sha256(picture.data).hexdigest(),
            created_at=datetime.now(UTC),
            author=actor_of(request),
        )
        await self._store.put(Bucket.TEMPLATES, template.key, picture.data, content_type=template.type)
        await self._templates.insert_if_missing(template)
        await self._record(request, "upload", template, is_after=True)
        return json_answer(_shown(template, ()), status=201)

    async def delete(self, request: web.Request) -> web.Response:
        template = await self._existing(request)
        users = _users(template.id, await self._slots.list())
        if users and not query_of(request, DeletionQuery).force:
            raise Refused(ProblemCode.CONFLICT, f"Slots use it: {', '.join(users)}.")
        # in this order a deletion that failed in between can be repeated
        await self._store.delete(Bucket.TEMPLATES, template.key)
        await self._templates.delete(template.id)
        await self._record(request, "delete", template, is_after=False)
        return web.Response(status=204)

    async def _existing(self, request: web.Request) -> TemplateMedia:
        template = await self._templates.get(request.match_info["id"])
        if template is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such template picture.")
        return template

    async def _record(self, request: web.Request, action: str, template: TemplateMedia, *, is_after: bool) -> None:
        fields = template.model_dump(mode="json", exclude={"id", "key"})
        before, after = (None, fields) if is_after else (fields, None)
        actor = actor_of(request)
        await self._audit.record(actor, action, f"template-media/{template.id}", before, after)


def _display_name(text: str) -> str:
    """A name to show: printable, without folders."""
    last = text.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:MAX_NAME_CHARACTERS].strip()


def _users(media_id: str, slots: Iterable[Slot]) -> tuple[str, ...]:
    return tuple(slot.id for slot in slots if any(use.media_id == media_id for use in slot.template_media))


def _shown(template: TemplateMedia, slots: Iterable[Slot]) -> TemplateShown:
    return TemplateShown(
        **template.model_dump(exclude={"key"}),
        used_by=_users(template.id, slots),
        picture_url=f"{PATH}/{template.id}/picture",
    )
