"""Template media: upload, list, look at, delete."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, FormPart, RequestModel, json_answer, query_of
from admin_api.rest.problems import Refused
from admin_api.rest.upload_form import ANY_PICTURE, FORM, MAX_FORM_BYTES, receive_upload
from admin_api.templates.template_upload import clean_template
from admin_api.templates.template_uses import TemplateUses, uses
from photochanger.domain.failure import ProblemCode
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import MAX_UPLOAD_BYTES, Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.user import Role
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository

PATH = "/api/v1/template-media"
ONE = f"{PATH}/{{id}}"
MAX_NAME_CHARACTERS = 120
#: The store has so long to begin, and longer by the picture's size.
STORE_SECONDS = 1.5
STORE_BYTES_PER_SECOND = 20_000_000


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
        store: MediaStore,
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
        try:
            data = await self._store.get(
                Bucket.TEMPLATES, template.key, timeout_seconds=_store_seconds(template.size_bytes)
            )
        except ObjectMissing as error:
            raise Refused(ProblemCode.NOT_FOUND, "The picture is not in the store.") from error
        name = f'inline; filename="template-{template.id}.{template.type.extension}"'
        return web.Response(body=data, content_type=template.type, headers={hdrs.CONTENT_DISPOSITION: name})

    async def upload(self, request: web.Request) -> web.Response:
        form = await receive_upload(request)
        if len(form.data) > MAX_UPLOAD_BYTES:
            raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {MAX_UPLOAD_BYTES} bytes are taken.")
        picture = await clean_template(form.data, self._decoder)
        media_id = str(uuid.uuid4())
        template = TemplateMedia(
            id=media_id,
            name=_display_name(form.fields.get("name") or query_of(request, UploadQuery).name or form.filename),
            key=media_id,
            type=picture.type,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.data),
            sha256=hashlib.sha256(picture.data).hexdigest(),
            created_at=datetime.now(UTC),
            author=actor_of(request).login,
        )
        async with self._audit.change(actor_of(request), "upload", _target(template), None, _told(template)):
            await self._put(template, picture.data)
            await self._templates.insert_if_missing(template)
        return json_answer(_shown(template, ()), status=201)

    async def delete(self, request: web.Request) -> web.Response:
        template = await self._existing(request)
        users = [slot.id for slot in await self._uses.slots_with(template.id)]
        if users and not query_of(request, DeletionQuery).force:
            raise Refused(ProblemCode.CONFLICT, f"Slots use it: {', '.join(users)}.")
        # a store that does not answer refuses the whole before any of it is done
        await self._store.head(Bucket.TEMPLATES, template.key, timeout_seconds=STORE_SECONDS)
        by = actor_of(request)
        async with self._audit.change(by, "delete", _target(template), _told(template), None):
            await self._uses.remove(template.id, by)
            # the row goes last: whatever fails before, the same request again finishes the work
            await self._store.delete(Bucket.TEMPLATES, template.key, timeout_seconds=STORE_SECONDS)
            await self._templates.delete(template.id)
            # a slot that was saved with it meanwhile
            await self._uses.remove(template.id, by)
        return web.Response(status=204)

    async def _existing(self, request: web.Request) -> TemplateMedia:
        template = await self._templates.get(request.match_info["id"])
        if template is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such template picture.")
        return template

    async def _put(self, template: TemplateMedia, data: bytes) -> None:
        """Store the picture.

        Raises:
            Refused: the store does not take it; then it is not there either, or nobody's.
        """
        seconds = _store_seconds(len(data))
        try:
            await self._store.put(
                Bucket.TEMPLATES, template.key, data, content_type=template.type, timeout_seconds=seconds
            )
        except StoreUnavailable as error:
            raise Refused(ProblemCode.STORAGE_UNAVAILABLE, "The store does not answer.") from error


def _display_name(text: str) -> str:
    """A name to show: printable, without folders."""
    last = text.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:MAX_NAME_CHARACTERS].strip()


def _store_seconds(size_bytes: int) -> float:
    return STORE_SECONDS + size_bytes / STORE_BYTES_PER_SECOND


def _target(template: TemplateMedia) -> str:
    return f"template-media/{template.id}"


def _told(template: TemplateMedia) -> dict[str, object]:
    return template.model_dump(mode="json", exclude={"id", "key"})


def _shown(template: TemplateMedia, slots: Sequence[Slot]) -> TemplateShown:
    return TemplateShown(
        **template.model_dump(exclude={"key"}),
        used_by=tuple(slot.id for slot in slots if uses(slot, template.id)),
        picture_url=f"{PATH}/{template.id}/picture",
    )
