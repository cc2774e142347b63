"""The routes of Gemini's Files API: the resumable upload, get, list, delete."""

import asyncio
from typing import Any

import orjson
from aiohttp import hdrs, web

from sandbox import gemini_errors
from sandbox.gemini_errors import GeminiError
from sandbox.gemini_files import FILES, FileShelf, Upload, UploadFault
from sandbox.gemini_key import checked_key
from sandbox.wire_answer import JSON_TYPE

VERSION = "/{version:v1|v1beta|v1alpha}"
_PATH = "/upload" + VERSION + "/files"
_STATUS = "X-Goog-Upload-Status"
#: Every piece but the last is a multiple of this.
_GRANULARITY = 262_144
#: Google's own answer names this one; a client may send smaller multiples of the one above.
_USUAL_PIECE = 8_388_608


def add_gemini_file_routes(app: web.Application) -> None:
    app[FILES] = FileShelf()
    app.router.add_post(_PATH, _upload)
    app.router.add_get(VERSION + "/files", _list)
    app.router.add_get(VERSION + "/files/{id:[^/:]+}", _get)
    app.router.add_delete(VERSION + "/files/{id:[^/:]+}", _delete)


async def _upload(request: web.Request) -> web.Response:
    try:
        if "upload_id" in request.query:
            return await _go_on(request)
        return await _start(request)
    except GeminiError as refusal:
        answer = refusal.answer
        return web.Response(
            status=answer.status, body=b"".join(answer.body), headers={hdrs.CONTENT_TYPE: answer.content_type}
        )


async def _start(request: web.Request) -> web.Response:
    shelf, key = request.app[FILES], checked_key(request)
    shelf.requests["start"] += 1
    upload_id = shelf.begin(
        key=key,
        size_bytes=_number(request, "X-Goog-Upload-Header-Content-Length"),
        mime_type=_header(request, "X-Goog-Upload-Header-Content-Type"),
        display_name=_display_name(await request.read()),
    )
    if (
        _header(request, "X-Goog-Upload-Protocol") != "resumable"
        or _header(request, "X-Goog-Upload-Command") != "start"
    ):
        raise GeminiError(gemini_errors.invalid_argument("Only the resumable protocol's start begins an upload."))
    fault = shelf.uploads[upload_id].fault
    await _fail(request, fault)
    origin = "http://127.0.0.1:9" if fault is UploadFault.FOREIGN_URL else _origin(request)
    url = f"{origin}{request.path}?upload_id={upload_id}&upload_protocol=resumable"
    named = {} if fault is UploadFault.NO_URL else {"X-Goog-Upload-URL": url}
    granularity = {"X-Goog-Upload-Chunk-Granularity": str(_USUAL_PIECE)}
    return web.json_response({}, headers={_STATUS: "active", **granularity, **named})


async def _fail(request: web.Request, fault: UploadFault | None) -> None:
    if fault is UploadFault.UNAVAILABLE:
        raise GeminiError(gemini_errors.error_answer(503, "The service is currently unavailable."))
    if fault is UploadFault.HANG:
        await asyncio.Event().wait()
    if fault is UploadFault.DROP and request.transport is not None:
        request.transport.close()


async def _go_on(request: web.Request) -> web.Response:
    """Take a piece, or tell how far the upload is; the id alone lets in: the original asks for no key here."""
    shelf, upload_id = request.app[FILES], request.query["upload_id"]
    shelf.requests["piece"] += 1
    upload = shelf.uploads.get(upload_id)
    if upload is None:
        raise GeminiError(gemini_errors.error_answer(404, "The upload is over or was never begun."))
    commands = {word.strip() for word in _header(request, "X-Goog-Upload-Command").split(",")}
    if not commands or commands - {"upload", "finalize", "query", "cancel"}:
        raise GeminiError(gemini_errors.invalid_argument("X-Goog-Upload-Command is none of the protocol's."))
    if "cancel" in commands:
        del shelf.uploads[upload_id]
        return web.Response(headers={_STATUS: "cancelled"})
    if "upload" in commands:
        lost = await _take_piece(request, upload, is_last="finalize" in commands)
        if lost is not None:
            return lost
    if "finalize" in commands:
        return _finish(request, shelf, upload_id)
    return web.Response(headers={_STATUS: "active", "X-Goog-Upload-Size-Received": str(len(upload.received))})


async def _take_piece(request: web.Request, upload: Upload, *, is_last: bool) -> web.Response | None:
    piece, fault = await request.read(), upload.fault
    if fault is UploadFault.NO_STATUS:
        upload.fault = None
        return web.Response()
    if fault is UploadFault.INTERRUPTED:
        raise GeminiError(gemini_errors.error_answer(503, "The service is currently unavailable."))
    if _number(request, "X-Goog-Upload-Offset") != len(upload.received):
        raise GeminiError(gemini_errors.invalid_argument(f"The upload is at offset {len(upload.received)}."))
    if not is_last and len(piece) % _GRANULARITY:
        raise GeminiError(gemini_errors.invalid_argument(f"A piece must be a multiple of {_GRANULARITY} bytes."))
    if len(upload.received) + len(piece) > upload.size_bytes:
        raise GeminiError(gemini_errors.invalid_argument("More bytes than the upload was begun with."))
    upload.received += piece
    return None


def _finish(request: web.Request, shelf: FileShelf, upload_id: str) -> web.Response:
    upload = shelf.uploads[upload_id]
    if len(upload.received) != upload.size_bytes:
        raise GeminiError(gemini_errors.invalid_argument("Fewer bytes than the upload was begun with."))
    kept = shelf.finish(upload_id)
    file = kept.described(shelf.now(), base_url=_base_url(request))
    return web.Response(body=orjson.dumps({"file": file}), headers={hdrs.CONTENT_TYPE: JSON_TYPE, _STATUS: "final"})


async def _list(request: web.Request) -> web.Response:
    return _answered(request, lambda shelf, key: {"files": [_told(request, kept.name) for kept in shelf.of(key)]})


async def _get(request: web.Request) -> web.Response:
    request.app[FILES].requests["get"] += 1
    return _answered(request, lambda _shelf, _key: _told(request, _name(request)))


async def _delete(request: web.Request) -> web.Response:
    def delete(shelf: FileShelf, key: str) -> dict[str, Any]:
        del shelf.files[shelf.get(_name(request), key=key).name]
        return {}

    return _answered(request, delete)


def _answered(request: web.Request, work: Any) -> web.Response:
    try:
        content = work(request.app[FILES], checked_key(request))
    except GeminiError as refusal:
        answer = refusal.answer
        return web.Response(
            status=answer.status, body=b"".join(answer.body), headers={hdrs.CONTENT_TYPE: answer.content_type}
        )
    return web.Response(body=orjson.dumps(content), headers={hdrs.CONTENT_TYPE: JSON_TYPE})


def _told(request: web.Request, name: str) -> dict[str, Any]:
    shelf = request.app[FILES]
    return shelf.get(name, key=checked_key(request)).described(shelf.now(), base_url=_base_url(request))


def _name(request: web.Request) -> str:
    return f"files/{request.match_info['id']}"


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _base_url(request: web.Request) -> str:
    return f"{_origin(request)}/{request.match_info['version']}"


def _header(request: web.Request, name: str) -> str:
    return request.headers.get(name, "")


def _number(request: web.Request, name: str) -> int:
    text = _header(request, name)
    if not text.isdecimal():
        raise GeminiError(gemini_errors.invalid_argument(f"{name} must be a number of bytes."))
    return int(text)


def _display_name(body: bytes) -> str:
    try:
        content: Any = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise GeminiError(gemini_errors.invalid_argument(f"Invalid JSON payload received. {error}")) from error
    file = content.get("file") if isinstance(content, dict) else None
    name = (file.get("display_name") or file.get("displayName")) if isinstance(file, dict) else None
    return name if isinstance(name, str) else ""
