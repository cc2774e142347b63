"""An event's gallery for guests: `/public/gallery/{gallery_id}`, a page without script that renews itself."""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qs

from aiohttp import hdrs, web

from ingest_gateway.gallery_access import PASS_COOKIE, GalleryAccess
from ingest_gateway.gallery_feed import GalleryFeed
from ingest_gateway.gallery_html import PASSCODE_FIELD, POLICY, pictures_page, refusal_page
from ingest_gateway.gallery_words import GalleryWords, gallery_words_for
from ingest_gateway.qr_code import QrFormat, qr_code
from ingest_gateway.refusal import Refusal
from photochanger.domain.event_gallery import gallery_url
from photochanger.domain.failure import ProblemCode
from photochanger.observability import get_logger

FORM = "application/x-www-form-urlencoded"
MAX_FORM_BYTES = 1_024
FORM_SECONDS = 5.0

log = get_logger(__name__)


class GalleryPage:
    def __init__(self, access: GalleryAccess, feed: GalleryFeed, *, public_base_url: str) -> None:
        self._access, self._feed, self._public_base_url = access, feed, public_base_url

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the newest pictures, or say with the status of the JSON why not."""
        words = gallery_words_for(request.headers.get(hdrs.ACCEPT_LANGUAGE))
        try:
            gallery = await self._access.find(request)
            self._access.check(request, gallery)
            shown = await self._feed.pictures(request, gallery)
        except Refusal as refusal:
            return _refused(request, words, refusal)
        is_first = "cursor" not in request.query
        is_live = is_first and request.query.get("live") != "0"
        page = pictures_page(
            words, gallery, shown.pictures, next_cursor=shown.next_cursor, is_first=is_first, is_live=is_live
        )
        return _html(words, page, status=HTTPStatus.OK)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Take the passcode from the page's form; the browser gets a cookie and comes back to the page."""
        words = gallery_words_for(request.headers.get(hdrs.ACCEPT_LANGUAGE))
        try:
            gallery = await self._access.find(request)
            self._access.check_passcode(request, gallery, await _passcode(request))
        except Refusal as refusal:
            return _refused(request, words, refusal)
        answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: gallery.id})
        answer.set_cookie(
            PASS_COOKIE,
            self._access.pass_for(gallery),
            max_age=max(1, gallery.left_ms // 1_000),
            path=f"/public/gallery/{gallery.id}",
            secure=self._public_base_url.startswith("https:"),
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def show_qr(self, request: web.Request) -> web.StreamResponse:
        """Show the code of the page's address, while the gallery is open.

        Raises:
            Refusal: as the JSON, but for the passcode.
        """
        gallery = await self._access.find(request)
        body = qr_code(gallery_url(self._public_base_url, gallery.id), QrFormat.SVG)
        return web.Response(body=body, content_type="image/svg+xml", headers={hdrs.CACHE_CONTROL: "private, no-cache"})


async def _passcode(request: web.Request) -> str:
    if request.content_type != FORM or (request.content_length or 0) > MAX_FORM_BYTES:
        raise Refusal(ProblemCode.INVALID_REQUEST, "send the page's form")
    body = b""
    try:
        async with asyncio.timeout(FORM_SECONDS):
            while len(body) <= MAX_FORM_BYTES and (piece := await request.content.read(MAX_FORM_BYTES)):
                body += piece
    except TimeoutError as error:
        raise Refusal(ProblemCode.UPLOAD_TOO_SLOW, "the form did not arrive in its time") from error
    try:
        given = parse_qs(body[:MAX_FORM_BYTES].decode(), max_num_fields=8).get(PASSCODE_FIELD, [""])
    except ValueError as error:
        raise Refusal(ProblemCode.INVALID_REQUEST, "the form cannot be read") from error
    return given[0]


def _refused(request: web.Request, words: GalleryWords, refusal: Refusal) -> web.Response:
    code = refusal.problem.code
    log.info("request_refused", path=request.path, code=code, reason=refusal.reason)
    is_try = request.method == hdrs.METH_POST
    answer = _html(words, refusal_page(words, code, is_try=is_try), status=refusal.problem.status)
    answer.headers[hdrs.CACHE_CONTROL] = "no-store"
    retry_after = refusal.retry_after_seconds or refusal.problem.retry_after_seconds
    if retry_after is not None:
        answer.headers[hdrs.RETRY_AFTER] = str(retry_after)
    return answer


def _html(words: GalleryWords, page: str, *, status: int) -> web.Response:
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": words.language,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "private, no-cache",
    }
    return web.Response(text=page, content_type="text/html", charset="utf-8", status=status, headers=headers)
