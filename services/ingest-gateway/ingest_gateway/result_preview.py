"""The small copies of a picture that pages show: `/public/results/{public_id}/preview` and `…/thumbnail`."""

import asyncio

from aiohttp import hdrs, web

from ingest_gateway.byte_range import etag_matches
from ingest_gateway.find_result import ResultFinder
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.imaging.errors import PictureError
from photochanger.infrastructure.media_keys import PreviewSize
from photochanger.infrastructure.media_store import ObjectMissing, StoreUnavailable
from photochanger.infrastructure.result_previews import ResultPreviews

#: The first view makes it, in a process that may have to start for it.
ANSWER_SECONDS = 15.0


class ResultPreviewRoute:
    def __init__(self, finder: ResultFinder, previews: ResultPreviews, size: PreviewSize) -> None:
        self._finder, self._previews, self._size = finder, previews, size

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Show the copy.

        Raises:
            Refusal: as the picture's link.
        """
        result, key = await self._finder.find(request)
        headers = {"ETag": f'"{result.sha256}-{self._size.value}"', "Cache-Control": "private, no-cache"}
        if (known := request.headers.get(hdrs.IF_NONE_MATCH)) and etag_matches(known, headers["ETag"], weakly=True):
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                preview = await self._previews.get(key, self._size)
        except (ObjectMissing, StoreUnavailable, PictureError, TimeoutError) as error:
            detail = "the picture cannot be read now"
            raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=repr(error)) from error
        return web.Response(body=preview.data, content_type=preview.content_type, headers=headers)
