"""The page around a picture, for phones: `/public/results/{public_id}/page`."""

import asyncio

from aiohttp import hdrs, web

from ingest_gateway.find_result import ResultFinder
from ingest_gateway.finished_picture import Pictures, PictureUnavailable
from ingest_gateway.page_html import CONTENT_SECURITY_POLICY, note_page, picture_page
from ingest_gateway.page_words import PageWords, words_for
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.observability import get_logger

#: For the look at the store; a guest sooner tries again than waits.
ANSWER_SECONDS = 5.0

log = get_logger(__name__)


class GuestPage:
    def __init__(self, finder: ResultFinder, pictures: Pictures, *, public_base_url: str) -> None:
        self._finder, self._pictures = finder, pictures
        self._public_base_url = public_base_url

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Show the page, or say with the picture's own status why there is nothing to show."""
        words = words_for(request.headers.get(hdrs.ACCEPT_LANGUAGE))
        public_id = request.match_info["public_id"]
        try:
            result, key = await self._finder.find(request)
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._pictures.part(key, offset=0, length=1)
        except Refusal as refusal:
            log.info("request_refused", path=request.path, code=refusal.problem.code, reason=refusal.reason)
            return _refusal_page(words, refusal.problem.code, retry_after_seconds=refusal.retry_after_seconds)
        except (PictureUnavailable, TimeoutError) as error:
            log.warning("page_without_picture", path=request.path, error=repr(error), next="the guest is asked to wait")
            return _refusal_page(words, ProblemCode.STORAGE_UNAVAILABLE)
        page = picture_page(words, result, public_id, public_base_url=self._public_base_url)
        return _html(words, page, status=200, cache_control="private, no-cache")


def _refusal_page(words: PageWords, code: ProblemCode, *, retry_after_seconds: float | None = None) -> web.Response:
    problem = PROBLEMS[code]
    retry_after = problem.retry_after_seconds if retry_after_seconds is None else retry_after_seconds
    if code is ProblemCode.RESULT_NOT_FOUND:
        page = note_page(words, words.missing_title, words.missing)
    elif code is ProblemCode.RESULT_EXPIRED:
        page = note_page(words, words.gone_title, words.gone)
    else:
        page = note_page(words, words.trouble_title, words.trouble, link="page")
    answer = _html(words, page, status=problem.status, cache_control="no-store")
    if retry_after is not None:
        answer.headers[hdrs.RETRY_AFTER] = f"{retry_after:.0f}"
    return answer


def _html(words: PageWords, page: str, *, status: int, cache_control: str) -> web.Response:
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Content-Language": words.language,
        "Vary": "Accept-Language",
        "Cache-Control": cache_control,
    }
    return web.Response(text=page, content_type="text/html", charset="utf-8", status=status, headers=headers)
