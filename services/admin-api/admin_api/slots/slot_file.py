"""Slots as a file: settings without secrets, template pictures by their digest, the same bytes for the same content."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from admin_api.rest.endpoint import RequestModel
from admin_api.slots.slot_models import MAX_TEMPLATE_USES, PicturelessSettings, SlotSettings
from admin_api.templates.template_store import MAX_NAME_CHARACTERS
from photochanger.domain.slot import Slot, SlotId, TemplateUse
from photochanger.domain.template import TemplateMedia

FORMAT = "photochanger-slots"
VERSION = 1
MAX_SLOTS = 500
#: All pictures of one file together, before base64 makes a third more of them.
MAX_PICTURE_BYTES = 16_000_000
MAX_FILE_BYTES = MAX_PICTURE_BYTES * 4 // 3 + 2_000_000

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class PictureUse(RequestModel):
    """A template picture in its role, named by its content: ids differ from one installation to the next."""

    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    sha256: Sha256


class FileSlot(PicturelessSettings):
    """One slot; of its own password only whether it had one."""

    id: SlotId
    template_media: Annotated[tuple[PictureUse, ...], Field(max_length=MAX_TEMPLATE_USES)] = ()
    has_own_password: bool = False


class FilePicture(RequestModel):
    """A picture that slots of the file use; without `data_base64` the importing installation must have it already."""

    sha256: Sha256
    name: Annotated[str, Field(max_length=MAX_NAME_CHARACTERS)] = ""
    data_base64: Annotated[str, Field(max_length=MAX_PICTURE_BYTES * 4 // 3 + 4)] | None = None


class SlotFile(RequestModel):
    """Times and authors are not in it: the same slots give the same file whenever they are exported."""

    format: Literal["photochanger-slots"]
    version: Annotated[int, Field(ge=1, le=1)]
    slots: Annotated[tuple[FileSlot, ...], Field(max_length=MAX_SLOTS)]
    pictures: Annotated[tuple[FilePicture, ...], Field(max_length=MAX_SLOTS * MAX_TEMPLATE_USES)] = ()


class PictureGone(Exception):
    """A slot uses a template picture that there is no more."""

    def __init__(self, slot_id: str) -> None:
        super().__init__(f"the slot {slot_id} uses a template picture that is gone")
        self.slot_id = slot_id


def slot_file(
    slots: Sequence[Slot], templates: Mapping[str, TemplateMedia], pictures: Mapping[str, bytes] | None
) -> bytes:
    """Give the file, in UTF-8: keys sorted, two spaces, slots by id, pictures by digest.

    `templates` are by id, at least those that the slots use; `pictures` are their bytes by digest, None: the file only
    names them.

    Raises:
        PictureGone: a template is missing.
    """
    used = used_templates(slots, templates)
    content: dict[str, JsonValue] = {
        "format": FORMAT,
        "version": VERSION,
        "slots": [_slot(slot, templates) for slot in sorted(slots, key=lambda slot: slot.id)],
        "pictures": [_picture(used[sha256], pictures) for sha256 in sorted(used)],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def used_templates(slots: Sequence[Slot], templates: Mapping[str, TemplateMedia]) -> dict[str, TemplateMedia]:
    """Give the templates that the slots use, one for each digest: that with the first id.

    Raises:
        PictureGone: one is missing.
    """
    for slot in slots:
        for use in slot.template_media:
            if use.media_id not in templates:
                raise PictureGone(slot.id)
    digests = {templates[use.media_id].sha256 for slot in slots for use in slot.template_media}
    return {sha256: template for sha256, template in by_digest(templates.values()).items() if sha256 in digests}


def by_digest(templates: Iterable[TemplateMedia]) -> dict[str, TemplateMedia]:
    """Give one template for each digest: that with the first id."""
    return {template.sha256: template for template in sorted(templates, key=lambda one: one.id, reverse=True)}


def slot_of(filed: FileSlot, media_ids: Mapping[str, str]) -> Slot:
    """Give the slot of this installation; `media_ids` by digest, a picture without one is left out."""
    settings = {name: getattr(filed, name) for name in PicturelessSettings.model_fields}
    uses = [use for use in filed.template_media if use.sha256 in media_ids]
    media = tuple(TemplateUse(role=use.role, media_id=media_ids[use.sha256]) for use in uses)
    return Slot(id=filed.id, template_media=media, **settings)


def _slot(slot: Slot, templates: Mapping[str, TemplateMedia]) -> dict[str, JsonValue]:
    settings = slot.model_dump(mode="json", include=set(SlotSettings.model_fields))
    uses = [{"role": use.role, "sha256": templates[use.media_id].sha256} for use in slot.template_media]
    has_own_password = slot.ingest_password_verifier is not None
    return {**settings, "id": slot.id, "template_media": uses, "has_own_password": has_own_password}


def _picture(template: TemplateMedia, pictures: Mapping[str, bytes] | None) -> dict[str, JsonValue]:
    named: dict[str, JsonValue] = {"sha256": template.sha256, "name": template.name}
    if pictures is None:
        return named
    return {**named, "data_base64": base64.b64encode(pictures[template.sha256]).decode()}
