"""The gateway's public routes, and what holds for the answers of all of them."""

from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from ingest_gateway.answer import refusal_answer
from ingest_gateway.gallery_feed import GalleryFeed
from ingest_gateway.gallery_page import GalleryPage
from ingest_gateway.guest_page import GuestPage
from ingest_gateway.handle_test_run import HandleTestRun
from ingest_gateway.ingest_photo import IngestPhoto
from ingest_gateway.public_media import PublicMedia
from ingest_gateway.public_results import PublicResults
from ingest_gateway.qr_code import QrCodes
from ingest_gateway.refusal import Refusal
from ingest_gateway.result_preview import ResultPreviewRoute
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.http_server import answer_expectation_by_hand
from photochanger.observability import get_logger

_HEADERS_OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}

log = get_logger(__name__)


@dataclass(frozen=True)
class ResultRoutes:
    """The handlers of everything under a result's public link."""

    picture: PublicResults
    preview: ResultPreviewRoute
    thumbnail: ResultPreviewRoute
    page: GuestPage
    qr_codes: QrCodes


@dataclass(frozen=True)
class GalleryRoutes:
    """The handlers of everything under a gallery's public link."""

    page: GalleryPage
    feed: GalleryFeed


def build_app(
    ingest: IngestPhoto,
    test_run: HandleTestRun,
    results: ResultRoutes,
    *,
    galleries: GalleryRoutes,
    media: PublicMedia,
) -> web.Application:
    """The application; its handlers own what they need."""
    app = web.Application(middlewares=[_problems])
    for path in ("/ingest/{slot:[^/]*}", "/api/ingest/{slot:[^/]*}"):
        app.router.add_post(path, ingest.handle, expect_handler=answer_expectation_by_hand)
    app.router.add_post("/internal/test-runs", test_run.handle, expect_handler=answer_expectation_by_hand)
    result = "/public/results/{public_id:[^/]*}"
    app.router.add_get(result, results.picture.handle)
    app.router.add_get(f"{result}/preview", results.preview.handle)
    app.router.add_get(f"{result}/page", results.page.handle)
    app.router.add_get(f"{result}/qr.{{kind:svg|png}}", results.qr_codes.handle)
    app.router.add_get(f"{result}/thumbnail", results.thumbnail.handle)
    gallery = "/public/gallery/{gallery_id:[^/]*}"
    app.router.add_get(gallery, galleries.page.show)
    app.router.add_post(gallery, galleries.page.enter)
    app.router.add_get(f"{gallery}/pictures", galleries.feed.show)
    app.router.add_get(f"{gallery}/qr.svg", galleries.page.show_qr)
    app.router.add_get("/public/media/{token:[^/]*}", media.handle)
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error leaves as a problem, a defect too."""
    try:
        return await handler(request)
    except Refusal as refusal:
        log.info("request_refused", path=request.path, code=refusal.problem.code, reason=refusal.reason)
        return refusal_answer(refusal)
    except web.HTTPMethodNotAllowed as error:
        detail = f"this address takes {', '.join(sorted(error.allowed_methods))}"
        answer = refusal_answer(Refusal(ProblemCode.METHOD_NOT_ALLOWED, detail))
        answer.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
        return answer
    except web.HTTPNotFound:
        return refusal_answer(Refusal(ProblemCode.NOT_FOUND, "there is nothing under this address"))
    except Exception:  # a defect: whoever asked gets an answer, the log gets the rest
        log.exception("request_failed", path=request.path)
        return refusal_answer(Refusal(ProblemCode.INTERNAL, "a defect stopped this request; the log has it"))


async def _add_headers(_request: web.Request, answer: web.StreamResponse) -> None:
    for name, value in _HEADERS_OF_ALL.items():
        answer.headers.setdefault(name, value)
