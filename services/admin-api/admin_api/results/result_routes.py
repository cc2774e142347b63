"""The gallery: finished pictures, newest first, to download and to take back."""

import asyncio
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.jobs.job_cursor import cursor_of, place_of
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from admin_api.results.picture_reading import picture_pieces
from admin_api.results.result_models import PreviewQuery, ResultPage, ResultQuery, ResultShown, result_shown
from photochanger.background import Background
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import Job, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.domain.user import Role
from photochanger.imaging.errors import PictureError
from photochanger.infrastructure.job_reader import JobLine, JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.result_previews import ResultPreviews
from photochanger.observability import get_logger

PATH = "/api/v1/results"
ONE = f"{PATH}/{{id}}"
REMOVAL_SECONDS = 10.0
#: The first view makes it, in a process that may have to start for it.
PREVIEW_SECONDS = 15.0

log = get_logger(__name__)


@dataclass(frozen=True)
class _Picture:
    job: Job
    key: str
    type: PictureType
    size_bytes: int


class ResultRoutes:
    def __init__(
        self,
        jobs: JobRepository,
        reader: JobReader,
        *,
        upkeep: JobUpkeep,
        store: MediaStore,
        previews: ResultPreviews,
        background: Background,
        audit: Audit,
        public_base_url: str,
    ) -> None:
        self._jobs, self._reader, self._upkeep = jobs, reader, upkeep
        self._store, self._previews = store, previews
        self._background, self._audit = background, audit
        self._public_base_url = public_base_url

    def endpoints(self) -> tuple[Endpoint, ...]:
        get = hdrs.METH_GET
        return (
            Endpoint(
                get,
                PATH,
                self.list,
                Role.VIEWER,
                summary="Finished pictures, newest first",
                query=ResultQuery,
                answer=ResultPage,
            ),
            Endpoint(
                get,
                ONE,
                self.show,
                Role.VIEWER,
                summary="One finished picture's facts",
                answer=ResultShown,
                problems=(ProblemCode.RESULT_EXPIRED,),
            ),
            Endpoint(
                get,
                f"{ONE}/preview",
                self.preview,
                Role.VIEWER,
                summary="A small copy of the finished picture",
                query=PreviewQuery,
                answer_type="image/jpeg",
                problems=(ProblemCode.RESULT_EXPIRED, ProblemCode.STORAGE_UNAVAILABLE),
            ),
            Endpoint(
                get,
                f"{ONE}/download",
                self.download,
                Role.OPERATOR,
                summary="The finished picture as a file",
                answer_type="image/*",
                problems=(ProblemCode.RESULT_EXPIRED, ProblemCode.STORAGE_UNAVAILABLE),
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{ONE}/revoke",
                self.revoke,
                Role.ADMIN,
                summary="Take the picture back: its link says 410 at once, the picture is removed",
                status=204,
                problems=(ProblemCode.RESULT_EXPIRED,),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, ResultQuery)
        behind = place_of(query.cursor)
        found = await self._reader.newest_first(limit=query.limit + 1, behind=behind, wanted=query.wanted())
        jobs, next_cursor = cut_page(found, limit=query.limit, cursor_of=cursor_of)
        return json_answer(ResultPage(items=tuple(self._shown(job) for job in jobs), next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(self._shown((await self._picture(request)).job))

    async def preview(self, request: web.Request) -> web.Response:
        picture = await self._picture(request)
        try:
            async with asyncio.timeout(PREVIEW_SECONDS):
                preview = await self._previews.get(picture.key, query_of(request, PreviewQuery).size.size)
        except (ObjectMissing, PictureError, TimeoutError) as error:
            raise Refused(ProblemCode.STORAGE_UNAVAILABLE, "The picture cannot be read now.") from error
        return web.Response(body=preview.data, content_type=preview.content_type)

    async def download(self, request: web.Request) -> web.StreamResponse:
        picture = await self._picture(request)
        pieces = picture_pieces(self._store, picture.key, size_bytes=picture.size_bytes)
        try:
            first = await anext(pieces, b"")
        except ObjectMissing as error:
            raise Refused(ProblemCode.STORAGE_UNAVAILABLE, "The picture cannot be read now.") from error
        response = web.StreamResponse()
        response.content_type = picture.type
        response.content_length = picture.size_bytes
        name = f'attachment; filename="result-{picture.job.id}.{picture.type.extension}"'
        response.headers[hdrs.CONTENT_DISPOSITION] = name
        await response.prepare(request)
        await response.write(first)
        try:
            async for piece in pieces:
                await response.write(piece)
        except (ObjectMissing, StoreUnavailable) as error:
            # a problem in the middle of a file would be taken for a part of the picture
            log.warning("download_cut_short", job_id=picture.job.id, error=repr(error), next="the connection is closed")
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write_eof()
        return response

    async def revoke(self, request: web.Request) -> web.Response:
        picture = await self._picture(request)
        async with self._audit.change(actor_of(request), "revoke", f"results/{picture.job.id}"):
            if await self._upkeep.revoke(picture.job.id) is None:
                raise _gone()
        # what a store that is down keeps is an orphan to the janitor
        removal = self._store.delete_prefix(Bucket.RESULTS, _folder(picture.key))
        self._background.start(removal, name="remove_revoked", timeout_seconds=REMOVAL_SECONDS)
        return web.Response(status=204)

    async def _picture(self, request: web.Request) -> _Picture:
        """The picture of the job that the path names.

        Raises:
            Refused: no such job or no picture (404), or gone (410).
        """
        job = await self._jobs.get(request.match_info["id"])
        if job is None or job.status is not JobStatus.DONE:
            raise Refused(ProblemCode.NOT_FOUND, "No such picture.")
        result = await self._upkeep.find_by_public_id(job.public_id)
        if result is None or result.is_expired or result.key is None:
            raise _gone()
        return _Picture(job, result.key, PictureType(result.mime_type), result.size_bytes)

    def _shown(self, job: Job | JobLine) -> ResultShown:
        return result_shown(job, public_base_url=self._public_base_url, own_url=f"{PATH}/{job.id}")


def _gone() -> Refused:
    return Refused(ProblemCode.RESULT_EXPIRED, "This picture is gone.")


def _folder(key: str) -> str:
    """Everything of the job: other attempts' pictures and previews too."""
    return f"{key.rpartition('/')[0]}/"
