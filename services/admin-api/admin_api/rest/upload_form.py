"""Uploads of administrators: a form with one file and text fields, or the file alone; bounded in bytes and time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from admin_api.rest.field_fault import FieldFault
from admin_api.rest.idempotency import begin_upload
from admin_api.rest.problems import Refused
from admin_api.rest.storable import unstorable
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import MAX_UPLOAD_BYTES

FORM = "multipart/form-data"
#: A body that is the file itself; what it really is, its bytes say.
ANY_PICTURE = "image/*"
UPLOAD_SECONDS = 60.0
#: A file and what a form weighs beside it.
MAX_FORM_BYTES = MAX_UPLOAD_BYTES + 256 * 1024

MAX_PARTS = 8
MAX_TEXT_BYTES = 64 * 1024
MAX_FILENAME_CHARACTERS = 128


@dataclass(frozen=True)
class UploadForm:
    filename: str
    data: bytes
    fields: Mapping[str, str]


class _UnreadableForm(ValueError):
    """Beside what aiohttp itself finds wrong with a form."""


async def receive_upload(request: web.Request) -> UploadForm:
    """Read the form, whose first part with a file name is the file, or the file that is the whole body.

    Raises:
        Refused: no file, broken, too slow, or a text that cannot be kept.
        HTTPRequestEntityTooLarge: over the endpoint's limit.
    """
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            form = await _read(request) if request.content_type == FORM else UploadForm("", await request.read(), {})
    except TimeoutError as error:
        raise Refused(ProblemCode.UPLOAD_TOO_SLOW, "The upload took too long.") from error
    except (ValueError, HttpProcessingError, web.RequestPayloadError) as error:
        raise Refused(ProblemCode.INVALID_REQUEST, "The upload cannot be read.") from error
    if not form.data:
        raise Refused(ProblemCode.INVALID_REQUEST, "The file is missing or empty.")
    if faults := [FieldFault.at(*path, wrong=wrong) for path, wrong in unstorable({**form.fields})]:
        raise Refused.for_faults(*faults)
    texts = (text.encode() for item in sorted(form.fields.items()) for text in item)
    await begin_upload(request, form.filename.encode(), form.data, *texts)
    return form


async def _read(request: web.Request) -> UploadForm:
    reader = await request.multipart()
    filename, data = "", b""
    fields: dict[str, str] = {}
    for _ in range(MAX_PARTS):
        part = await reader.next()
        if part is None:
            return UploadForm(filename[:MAX_FILENAME_CHARACTERS], data, fields)
        if not isinstance(part, BodyPartReader):
            raise _UnreadableForm("nested multipart")
        if part.filename is not None and not data:
            filename, data = part.filename, bytes(await part.read())
        elif part.name is not None:
            fields[part.name] = await _text(part)
    raise _UnreadableForm("too many parts")


async def _text(part: BodyPartReader) -> str:
    raw = bytearray()
    while chunk := await part.read_chunk():
        raw += chunk
        if len(raw) > MAX_TEXT_BYTES:
            raise _UnreadableForm("a text field is too long")
    return raw.decode()
