"""Jobs as administrators see them: newest first, one in detail."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from admin_api.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import Job, JobId, JobStatus
from photochanger.domain.public_link import result_url
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_repository import JobRepository

_SUMMARY = frozenset(
    {
        "id",
        "slot_id",
        "slot_version",
        "status",
        "failure_reason",
        "failure_detail",
        "source",
        "filename",
        "created_at",
        "sync_deadline",
        "finalized_at",
        "expires_at",
        "result_mime_type",
        "result_size_bytes",
        "result_width",
        "result_height",
    }
)
_DETAIL = _SUMMARY | {"slot_snapshot", "client", "photo", "attempts", "events", "result_sha256", "window_ms"}


class PageRequest(BaseModel):
    """`cursor` is the `next_cursor` of the page before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: JobId | None = None


class JobRoutes:
    def __init__(self, jobs: JobRepository, reader: JobReader, *, public_base_url: str) -> None:
        self._jobs = jobs
        self._reader = reader
        self._public_base_url = public_base_url

    async def list(self, request: web.Request) -> web.Response:
        """`GET /api/v1/jobs?limit=&cursor=`: a page, newest first."""
        try:
            page = PageRequest.model_validate(dict(request.query))
        except ValidationError as error:
            raise Refused.for_fields(error) from error
        jobs = await self._reader.newest_first(limit=page.limit + 1, before=page.cursor)
        shown = jobs[: page.limit]
        next_cursor = shown[-1].id if len(jobs) > page.limit else None
        items = [self._shown(job, _SUMMARY) for job in shown]
        return web.json_response({"items": items, "next_cursor": next_cursor})

    async def show(self, request: web.Request) -> web.Response:
        """`GET /api/v1/jobs/{id}`: with its attempts and its story."""
        job = await self._jobs.get(request.match_info["id"])
        if job is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such job.")
        return web.json_response(self._shown(job, _DETAIL))

    def _shown(self, job: Job, fields: frozenset[str]) -> dict[str, object]:
        is_done = job.status is JobStatus.DONE
        url = result_url(self._public_base_url, job.public_id) if is_done else None
        return {**job.model_dump(mode="json", include=set(fields)), "result_url": url}
