"""The pictures that an import brings: checked as an upload."""

import base64
import binascii
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.slots.slot_file import MAX_PICTURE_BYTES, FilePicture
from admin_api.templates.template_store import new_template
from admin_api.templates.template_upload import clean_template
from photochanger.domain.failure import ProblemCode
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.guarded_decode import GuardedDecoder


@dataclass(frozen=True)
class NewPicture:
    """A picture that is not here yet; `digest` is what the file calls it by."""

    digest: str
    template: TemplateMedia
    data: bytes


async def new_pictures(
    filed: Sequence[FilePicture], wanted: Collection[str], decoder: GuardedDecoder, *, author: str
) -> list[NewPicture]:
    """Give those of the wanted digests that the file has the bytes of.

    Raises:
        Refused: they are no pictures, not those that the digests name, or too many bytes; each named by its pointer.
    """
    data = {picture.sha256: bytes_ for picture, bytes_ in _decoded(filed, wanted)}
    if sum(map(len, data.values())) > MAX_PICTURE_BYTES:
        raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {MAX_PICTURE_BYTES} bytes of pictures are taken.")
    names = {picture.sha256: picture.name for picture in filed}
    found = []
    for digest, given in data.items():
        picture = await clean_template(given, decoder)
        template = new_template(picture, name=names[digest], author=author)
        found.append(NewPicture(digest, template, picture.data))
    return found


def _decoded(filed: Sequence[FilePicture], wanted: Collection[str]) -> Iterator[tuple[FilePicture, bytes]]:
    for place, picture in enumerate(filed):
        if picture.data_base64 is None or picture.sha256 not in wanted:
            continue
        try:
            data = base64.b64decode(picture.data_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            wrong = Wrong(FaultCode.NOT_BASE64, "this is not base64")
            raise Refused.for_faults(FieldFault.at("pictures", place, "data_base64", wrong=wrong)) from error
        if hashlib.sha256(data).hexdigest() != picture.sha256:
            wrong = Wrong(FaultCode.WRONG_DIGEST, "these are not its bytes")
            raise Refused.for_faults(FieldFault.at("pictures", place, "sha256", wrong=wrong))
        yield picture, data
