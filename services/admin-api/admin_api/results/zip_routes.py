"""A selection of finished pictures as one ZIP, streamed while it is read."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import Field

from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, query_of
from admin_api.rest.problems import Refused
from admin_api.results.picture_reading import PIECE_BYTES, picture_pieces
from admin_api.results.result_models import ResultFilter
from admin_api.results.zip_stream import ZipStream
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import JobId
from photochanger.domain.photo import PictureType
from photochanger.domain.public_link import PublicResult
from photochanger.domain.user import Role
from photochanger.infrastructure.job_reader import JobLine, JobReader
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

PATH = "/api/v1/results/zip"
ZIP = "application/zip"
MAX_PICTURES = 500
#: In one process; each holds some megabytes and a share of the store.
ZIPS_AT_ONCE = 2
RETRY_AFTER_SECONDS = 20.0
#: A picture that goes while so much of it is read is left out; one that goes later cuts the archive short.
READ_AHEAD_BYTES = 8 * 2**20
#: A client that takes nothing for so long has gone.
WRITE_SECONDS = 30.0
LEFT_OUT = "left-out.txt"

log = get_logger(__name__)


class ZipQuery(ResultFilter):
    """The newest 500 of what the gallery shows with the same filter."""


class ZipSelection(RequestModel):
    """Pictures by their jobs' ids."""

    ids: Annotated[tuple[JobId, ...], Field(min_length=1, max_length=MAX_PICTURES)]


@dataclass
class _LeftOut:
    """What is asked for and not in the archive, and why, for people."""

    lines: list[str] = field(default_factory=list)

    def note(self, job_id: str, why: str) -> None:
        self.lines.append(f"{job_id}: {why}")

    def text(self) -> bytes:
        return "".join(f"{line}\r\n" for line in ("These pictures are not in this archive.", *self.lines)).encode()


class ZipRoutes:
    def __init__(self, reader: JobReader, upkeep: JobUpkeep, store: MediaStore) -> None:
        self._reader, self._upkeep, self._store = reader, upkeep, store
        self._running = 0

    def endpoints(self) -> tuple[Endpoint, ...]:
        problems = (ProblemCode.NOT_FOUND, ProblemCode.CAPACITY_EXCEEDED, ProblemCode.STORAGE_UNAVAILABLE)
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.of_filter,
                Role.OPERATOR,
                summary="The newest 500 finished pictures of a filter as a ZIP",
                query=ZipQuery,
                answer_type=ZIP,
                problems=problems,
            ),
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.of_ids,
                Role.OPERATOR,
                summary="Up to 500 chosen pictures as a ZIP; those that are gone are named in a text file in it",
                body=ZipSelection,
                answer_type=ZIP,
                problems=problems,
            ),
        )

    async def of_filter(self, request: web.Request) -> web.StreamResponse:
        wanted = query_of(request, ZipQuery).wanted()
        found = await self._reader.newest_first(limit=MAX_PICTURES + 1, wanted=wanted)
        left_out = _LeftOut()
        if len(found) > MAX_PICTURES:
            left_out.lines.append(f"Only the newest {MAX_PICTURES} are here; the filter has more.")
        return await self._answer(request, found[:MAX_PICTURES], left_out)

    async def of_ids(self, request: web.Request) -> web.StreamResponse:
        ids = dict.fromkeys(body_of(request, ZipSelection).ids)
        found = await self._reader.by_ids(ids)
        left_out = _LeftOut()
        for job_id in ids:
            if job_id not in found:
                left_out.note(job_id, "there is no such photo")
        return await self._answer(request, found.values(), left_out)

    async def _answer(self, request: web.Request, lines: Iterable[JobLine], left_out: _LeftOut) -> web.StreamResponse:
        if self._running >= ZIPS_AT_ONCE:
            detail = f"{ZIPS_AT_ONCE} archives are being made already."
            raise Refused(ProblemCode.CAPACITY_EXCEEDED, detail, retry_after_seconds=RETRY_AFTER_SECONDS)
        self._running += 1
        try:
            return await self._stream(request, self._archive(lines, left_out))
        finally:
            self._running -= 1

    async def _stream(self, request: web.Request, archive: AsyncIterator[bytes]) -> web.StreamResponse:
        """The first piece is there before the status is: until then a failure is a problem, not a broken file."""
        first = await anext(archive, None)
        if first is None:
            raise Refused(ProblemCode.NOT_FOUND, "None of these pictures is there.")
        response = web.StreamResponse()
        response.content_type = ZIP
        name = f"photochanger-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip"
        response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
        await response.prepare(request)
        try:
            await _write(response, first)
            async for piece in archive:
                await _write(response, piece)
        except (ObjectMissing, StoreUnavailable, DatabaseUnavailable, TimeoutError, ConnectionError) as error:
            log.warning("archive_cut_short", error=repr(error), next="the connection is closed")
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write_eof()
        return response

    async def _archive(self, lines: Iterable[JobLine], left_out: _LeftOut) -> AsyncIterator[bytes]:
        """Nothing at all without a single picture."""
        archive, count = ZipStream(), 0
        for line in lines:
            result = await self._living(line)
            if result is None or result.key is None:
                left_out.note(line.id, "it has expired, was taken back, or never was finished")
                continue
            pieces = picture_pieces(self._store, result.key, size_bytes=result.size_bytes, first_bytes=READ_AHEAD_BYTES)
            try:
                first = await anext(pieces, b"")
            except ObjectMissing:
                left_out.note(line.id, "the store does not have it")
                continue
            count += 1
            name = member_name(line, result.mime_type)
            whole = _chain(first, pieces)
            async for piece in archive.member(name, whole, at=line.created_at, size_bytes=result.size_bytes):
                yield piece
        if count and left_out.lines:
            text = left_out.text()
            async for piece in archive.member(LEFT_OUT, _chain(text), at=datetime.now(UTC), size_bytes=len(text)):
                yield piece
        if count:
            for piece in archive.end():
                yield piece

    async def _living(self, line: JobLine) -> PublicResult | None:
        """What its public link would show now: a picture may be taken back while the others are sent."""
        result = await self._upkeep.find_by_public_id(line.public_id)
        return None if result is None or result.is_expired else result


async def _chain(first: bytes, rest: AsyncIterator[bytes] | None = None) -> AsyncIterator[bytes]:
    yield first
    if rest is not None:
        async for piece in rest:
            yield piece


async def _write(response: web.StreamResponse, data: bytes) -> None:
    """Wait for the client; what is sent at once is little, as the connection may keep it twice."""
    view = memoryview(data)
    for start in range(0, len(data), PIECE_BYTES):
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(view[start : start + PIECE_BYTES])


def member_name(line: JobLine, mime_type: str) -> str:
    """Slot, time (UTC), the camera's own name, and the begin of the id, so that no two are the same."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", line.filename.rpartition(".")[0] or line.filename).strip("-")[:40]
    words = [line.slot_id, f"{line.created_at:%Y-%m-%d_%H-%M-%S}", stem, line.id[:8]]
    return f"{'_'.join(word for word in words if word)}.{PictureType(mime_type).extension}"
