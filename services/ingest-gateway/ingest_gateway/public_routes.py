"""The handlers of everything that guests and providers fetch, made from what they have in common."""

from collections.abc import Callable
from dataclasses import dataclass

from ingest_gateway.app import GalleryRoutes, ResultRoutes
from ingest_gateway.find_result import ResultFinder
from ingest_gateway.finished_picture import Pictures
from ingest_gateway.gallery_access import GalleryAccess
from ingest_gateway.gallery_feed import GalleryFeed
from ingest_gateway.gallery_page import GalleryPage
from ingest_gateway.guest_page import GuestPage
from ingest_gateway.link_misses import LinkMisses
from ingest_gateway.public_media import PublicMedia
from ingest_gateway.public_results import PublicResults
from ingest_gateway.qr_code import QrCodes
from ingest_gateway.result_preview import ResultPreviewRoute
from ingest_gateway.settings import Settings
from photochanger.infrastructure.event_gallery_repository import EventGalleryRepository
from photochanger.infrastructure.gallery_pictures import GalleryPictures
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_keys import PreviewSize
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.public_link_repository import PublicLinkRepository
from photochanger.infrastructure.result_previews import ResultPreviews


@dataclass(frozen=True)
class PublicRoutes:
    results: ResultRoutes
    galleries: GalleryRoutes
    media: PublicMedia


def public_routes(
    settings: Settings,
    mongo: Mongo,
    store: MediaStore,
    *,
    pictures: Pictures,
    previews: ResultPreviews,
    clock: Callable[[], float],
) -> PublicRoutes:
    """Give them; wrong links are counted for all of them together."""
    base_url, database = settings.public_base_url, mongo.database
    misses = LinkMisses(trusted_proxies=settings.trusted_proxies, clock=clock)
    finder = ResultFinder(JobUpkeep(database), misses)
    access = GalleryAccess(
        EventGalleryRepository(database),
        misses,
        trusted_proxies=settings.trusted_proxies,
        secret_keys=settings.secret_keys,
        clock=clock,
    )
    feed = GalleryFeed(access, GalleryPictures(database), public_base_url=base_url)
    return PublicRoutes(
        results=ResultRoutes(
            picture=PublicResults(finder, pictures),
            preview=ResultPreviewRoute(finder, previews, PreviewSize.PREVIEW),
            thumbnail=ResultPreviewRoute(finder, previews, PreviewSize.THUMBNAIL),
            page=GuestPage(finder, pictures, public_base_url=base_url),
            qr_codes=QrCodes(finder, public_base_url=base_url),
        ),
        galleries=GalleryRoutes(GalleryPage(access, feed, public_base_url=base_url), feed),
        media=PublicMedia(PublicLinkRepository(database), store, misses),
    )
