"""The pictures of templates in the store, and the facts that are kept of each."""

import hashlib
import uuid
from datetime import UTC, datetime

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.provider_input import PreparedPicture
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable

#: The store has so long to begin, and longer by the picture's size.
STORE_SECONDS = 1.5
STORE_BYTES_PER_SECOND = 20_000_000
MAX_NAME_CHARACTERS = 120


class TemplateStore:
    def __init__(self, store: MediaStore) -> None:
        self._store = store

    async def put(self, template: TemplateMedia, data: bytes) -> None:
        """Store the picture.

        Raises:
            Refused: the store does not take it; then it is not there either, or nobody's.
        """
        seconds = _seconds(len(data))
        try:
            await self._store.put(
                Bucket.TEMPLATES, template.key, data, content_type=template.type, timeout_seconds=seconds
            )
        except StoreUnavailable as error:
            raise Refused(ProblemCode.STORAGE_UNAVAILABLE, "The store does not answer.") from error

    async def get(self, template: TemplateMedia) -> bytes:
        """Read the picture.

        Raises:
            Refused: the store does not have it (404).
            StoreUnavailable: it does not answer.
        """
        seconds = _seconds(template.size_bytes)
        try:
            return await self._store.get(Bucket.TEMPLATES, template.key, timeout_seconds=seconds)
        except ObjectMissing as error:
            raise Refused(ProblemCode.NOT_FOUND, "The picture is not in the store.") from error

    async def delete(self, template: TemplateMedia) -> None:
        """Remove the picture, if it is there; raises `StoreUnavailable`."""
        await self._store.delete(Bucket.TEMPLATES, template.key, timeout_seconds=STORE_SECONDS)

    async def check_answers(self, template: TemplateMedia) -> None:
        """Raise `StoreUnavailable` unless the store says whether it has the picture."""
        await self._store.head(Bucket.TEMPLATES, template.key, timeout_seconds=STORE_SECONDS)


def new_template(picture: PreparedPicture, *, name: str, author: str) -> TemplateMedia:
    """Give the row of a picture that becomes a template under a fresh id."""
    media_id = str(uuid.uuid4())
    return TemplateMedia(
        id=media_id,
        name=_display_name(name),
        key=media_id,
        type=picture.type,
        width=picture.width,
        height=picture.height,
        size_bytes=len(picture.data),
        sha256=hashlib.sha256(picture.data).hexdigest(),
        created_at=datetime.now(UTC),
        author=author,
    )


def template_target(template: TemplateMedia) -> str:
    return f"template-media/{template.id}"


def told_of_template(template: TemplateMedia) -> dict[str, object]:
    """Its facts for the audit."""
    return template.model_dump(mode="json", exclude={"id", "key"})


def _display_name(text: str) -> str:
    """A name to show: printable, without folders."""
    last = text.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:MAX_NAME_CHARACTERS].strip()


def _seconds(size_bytes: int) -> float:
    return STORE_SECONDS + size_bytes / STORE_BYTES_PER_SECOND
