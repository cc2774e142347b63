"""The pictures of an event's gallery as JSON: `/public/gallery/{gallery_id}/pictures`, newest first."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from ingest_gateway.answer import rfc3339
from ingest_gateway.byte_range import etag_matches
from ingest_gateway.gallery_access import GalleryAccess
from ingest_gateway.refusal import Refusal
from photochanger.domain.event_gallery import EventGallery
from photochanger.domain.failure import ProblemCode
from photochanger.domain.public_link import is_public_id, result_page_url, result_url
from photochanger.infrastructure.gallery_pictures import GalleryPicture, GalleryPictures
from photochanger.infrastructure.mongo import DatabaseUnavailable

#: Whoever shows the gallery live asks again after so long.
REFRESH_SECONDS = 10
DEFAULT_LIMIT, MAX_LIMIT = 60, 100


@dataclass(frozen=True)
class ShownPictures:
    """One page; `next_cursor` None: there are no older ones."""

    pictures: Sequence[GalleryPicture]
    next_cursor: str | None


class GalleryFeed:
    def __init__(self, access: GalleryAccess, pictures: GalleryPictures, *, public_base_url: str) -> None:
        self._access, self._pictures, self._public_base_url = access, pictures, public_base_url

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Give the newest pictures, or with `?cursor=` older ones; with an ETag, so that asking again is cheap.

        Raises:
            Refusal: see `GalleryAccess`, or a wrong query (400).
        """
        gallery = await self._access.find(request)
        self._access.check(request, gallery)
        shown = await self.pictures(request, gallery)
        content = {
            "title": gallery.title,
            "closes_at": rfc3339(gallery.closes_at),
            "refresh_seconds": REFRESH_SECONDS,
            "pictures": [self._picture(picture) for picture in shown.pictures],
            "next_cursor": shown.next_cursor,
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {hdrs.ETAG: etag, hdrs.CACHE_CONTROL: "private, no-cache", hdrs.VARY: "Cookie"}
        if (known := request.headers.get(hdrs.IF_NONE_MATCH)) and etag_matches(known, etag, weakly=True):
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def pictures(self, request: web.Request, gallery: EventGallery) -> ShownPictures:
        """Give the page that the query asks for.

        Raises:
            Refusal: a wrong query (400), or the database does not answer (503).
        """
        limit, cursor = _limit(request.query.get("limit")), request.query.get("cursor")
        if cursor is not None and not is_public_id(cursor):
            raise Refusal(ProblemCode.INVALID_REQUEST, "cursor is the next_cursor of the page before")
        try:
            found = await self._pictures.newest_first(gallery, limit=limit + 1, before=cursor)
        except DatabaseUnavailable as error:
            detail = "the database does not answer"
            raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error
        next_cursor = found[limit - 1].public_id if len(found) > limit else None
        return ShownPictures(found[:limit], next_cursor)

    def _picture(self, picture: GalleryPicture) -> dict[str, str | int]:
        url = result_url(self._public_base_url, picture.public_id)
        return {
            "id": picture.public_id,
            "taken_at": rfc3339(picture.taken_at),
            "expires_at": rfc3339(picture.expires_at),
            "mime_type": picture.mime_type,
            "width": picture.width,
            "height": picture.height,
            "picture_url": url,
            "page_url": result_page_url(self._public_base_url, picture.public_id),
            "preview_url": f"{url}/preview",
            "thumbnail_url": f"{url}/thumbnail",
        }


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_LIMIT)) and 1 <= int(text) <= MAX_LIMIT):
        raise Refusal(ProblemCode.INVALID_REQUEST, f"limit is a number from 1 to {MAX_LIMIT}")
    return int(text)
