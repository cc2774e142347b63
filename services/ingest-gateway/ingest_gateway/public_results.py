"""The public link of a finished picture: GET and HEAD, one range, validators, 410 to the second."""

import asyncio
from datetime import UTC
from email.utils import format_datetime

from aiohttp import hdrs, web

from ingest_gateway.answer import rfc3339
from ingest_gateway.byte_range import ByteRange, RangeNotSatisfiable, etag_matches, requested_range
from ingest_gateway.find_result import ResultFinder
from ingest_gateway.finished_picture import Pictures, PictureUnavailable
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.photo import PictureType
from photochanger.domain.public_link import PublicResult

ANSWER_SECONDS = 5.0


class PublicResults:
    """Handler of `/public/results/{public_id}`."""

    def __init__(self, finder: ResultFinder, pictures: Pictures) -> None:
        self._finder, self._pictures = finder, pictures

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Show the picture.

        Raises:
            Refusal: unknown, not ready or failed (404, one body), expired or revoked (410), or not to be read (503).
        """
        public_id = request.match_info["public_id"]
        result, _ = await self._finder.find(request)
        headers = _headers(result, public_id, as_attachment=request.query.get("download") == "1")
        if (known := request.headers.get(hdrs.IF_NONE_MATCH)) and etag_matches(known, headers["ETag"], weakly=True):
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        try:
            asked = _asked_range(request, result, headers["ETag"])
        except RangeNotSatisfiable:
            headers[hdrs.CONTENT_RANGE] = f"bytes */{result.size_bytes}"
            return web.Response(status=web.HTTPRequestRangeNotSatisfiable.status_code, headers=headers)
        status = web.HTTPOk.status_code
        if asked is not None:
            status = web.HTTPPartialContent.status_code
            headers[hdrs.CONTENT_RANGE] = asked.content_range(result.size_bytes)
        return await self._picture(request, result, asked or ByteRange(0, result.size_bytes), status, headers)

    async def _picture(
        self, request: web.Request, result: PublicResult, part: ByteRange, status: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        """The bytes asked for; a HEAD reads the first one only, so that it tells what a GET would."""
        is_head = request.method == hdrs.METH_HEAD
        length = 1 if is_head else part.length
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                data = await self._pictures.part(result.key or "", offset=part.start, length=length)
        except (PictureUnavailable, TimeoutError) as error:
            detail = "the picture cannot be read now"
            raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error
        if is_head:
            return web.Response(status=status, headers=headers | {"Content-Length": str(part.length)})
        return web.Response(status=status, headers=headers, body=data)


def _asked_range(request: web.Request, result: PublicResult, etag: str) -> ByteRange | None:
    condition = request.headers.get(hdrs.IF_RANGE)
    if condition is not None and not etag_matches(condition, etag, weakly=False):
        return None
    return requested_range(request.headers.get(hdrs.RANGE), result.size_bytes)


def _headers(result: PublicResult, public_id: str, *, as_attachment: bool) -> dict[str, str]:
    kind = "attachment" if as_attachment else "inline"
    extension = PictureType(result.mime_type).extension
    return {
        "Content-Type": result.mime_type,
        "Content-Disposition": f'{kind}; filename="result-{public_id}.{extension}"',
        "Accept-Ranges": "bytes",
        "ETag": f'"{result.sha256}"',
        "Cache-Control": "private, no-cache",
        "Expires": format_datetime(result.expires_at.astimezone(UTC), usegmt=True),
        "PhotoChanger-Result-Expires-At": rfc3339(result.expires_at),
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
