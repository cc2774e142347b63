"""A job's pictures for the provider that fetches its inputs: no login, one object, alive while its attempt runs."""

import asyncio

from aiohttp import hdrs, web

from ingest_gateway.finished_picture import FETCHES_AT_ONCE, GET_BYTES_PER_SECOND, GET_SECONDS
from ingest_gateway.link_misses import LinkMisses
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.public_link import is_public_id
from photochanger.infrastructure.media_store import MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.public_link_repository import LinkedMedia, PublicLinkRepository
from photochanger.observability import get_logger

#: Most photos are one piece; of a larger one no more than this is in memory.
PIECE_BYTES = 4 * 2**20

log = get_logger(__name__)


class PublicMedia:
    """Handler of `/public/media/{token}`."""

    def __init__(self, links: PublicLinkRepository, store: MediaStore, misses: LinkMisses) -> None:
        self._links, self._store, self._misses = links, store, misses
        self._turns = asyncio.Semaphore(FETCHES_AT_ONCE)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Give the picture; a HEAD reads its first byte only, so that it tells what a GET would.

        Raises:
            Refusal: no such link (404, or 429), its attempt is over (410), or not to be read now (503).
        """
        media = await self._find(request)
        is_head = request.method == hdrs.METH_HEAD
        first = await self._piece(media, 0, 1 if is_head else PIECE_BYTES)
        headers = {
            "Content-Type": media.type.value,
            "Content-Length": str(media.size_bytes),
            "Content-Disposition": f'inline; filename="photo.{media.type.extension}"',
            "Cache-Control": "private, no-store",
        }
        if is_head or len(first) == media.size_bytes:
            return web.Response(headers=headers, body=None if is_head else first)
        return await self._stream(request, media, first, headers)

    async def _find(self, request: web.Request) -> LinkedMedia:
        token, media = request.match_info["token"], None
        if is_public_id(token):
            try:
                media = await self._links.find(token)
            except DatabaseUnavailable as error:
                detail = "the database does not answer"
                raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error
        if media is None:
            raise self._misses.refusal(request)
        if media.is_over:
            raise _gone("the attempt is over")
        return media

    async def _piece(self, media: LinkedMedia, offset: int, length: int) -> bytes:
        length = min(length, media.size_bytes - offset)
        seconds = GET_SECONDS + length / GET_BYTES_PER_SECOND
        async with self._turns:
            try:
                return await self._store.get(
                    media.bucket, media.key, offset=offset, length=length, timeout_seconds=seconds
                )
            except ObjectMissing as error:
                # deleted with its job, whose end came between the look at the row and this
                raise _gone("the object is not there") from error
            except StoreUnavailable as error:
                detail = "the picture cannot be read now"
                raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, detail, reason=str(error)) from error

    async def _stream(
        self, request: web.Request, media: LinkedMedia, first: bytes, headers: dict[str, str]
    ) -> web.StreamResponse:
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        await answer.write(first)
        sent = len(first)
        try:
            while sent < media.size_bytes:
                piece = await self._piece(media, sent, PIECE_BYTES)
                await answer.write(piece)
                sent += len(piece)
        except Refusal as refusal:
            log.warning("media_cut_short", reason=refusal.reason, next="the connection is closed")
            if request.transport is not None:
                request.transport.abort()
            return answer
        await answer.write_eof()
        return answer


def _gone(reason: str) -> Refusal:
    return Refusal(ProblemCode.RESULT_EXPIRED, "this picture was for one attempt, which is over", reason=reason)
