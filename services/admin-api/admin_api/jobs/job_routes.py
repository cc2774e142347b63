"""Jobs as administrators see them: newest first, one in detail, one cancelled."""

from aiohttp import hdrs, web

from admin_api.accounts.auth import LOGGED_IN, actor_of
from admin_api.jobs.job_cursor import cursor_of, place_of
from admin_api.jobs.job_models import JobDetail, JobPage, JobQuery, job_detail, job_summary
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import Job
from photochanger.domain.user import Role
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_reader import JobFilter, JobReader
from photochanger.infrastructure.job_repository import JobRepository

PATH = "/api/v1/jobs"
ONE = f"{PATH}/{{id}}"


class JobRoutes:
    def __init__(
        self,
        jobs: JobRepository,
        reader: JobReader,
        *,
        finalizer: JobFinalizer,
        audit: Audit,
        public_base_url: str,
    ) -> None:
        self._jobs, self._reader, self._finalizer, self._audit = jobs, reader, finalizer, audit
        self._public_base_url = public_base_url

    def endpoints(self) -> tuple[Endpoint, ...]:
        get, viewer = hdrs.METH_GET, Role.VIEWER
        return (
            Endpoint(get, PATH, self.list, viewer, summary="Photos, newest first", query=JobQuery, answer=JobPage),
            Endpoint(get, ONE, self.show, viewer, summary="One photo: attempts, events, result", answer=JobDetail),
            Endpoint(
                hdrs.METH_POST,
                f"{ONE}/cancel",
                self.cancel,
                Role.OPERATOR,
                summary="End a running photo; its booth is told at once",
                answer=JobDetail,
                problems=(ProblemCode.CONFLICT,),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, JobQuery)
        wanted = JobFilter(**query.model_dump(exclude={"cursor", "limit"}))
        behind = place_of(query.cursor)
        found = await self._reader.newest_first(limit=query.limit + 1, behind=behind, wanted=wanted)
        jobs, next_cursor = cut_page(found, limit=query.limit, cursor_of=cursor_of)
        items = tuple(job_summary(job, self._public_base_url) for job in jobs)
        return json_answer(JobPage(items=items, next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        return self._shown(request, await self._existing(request))

    async def cancel(self, request: web.Request) -> web.Response:
        by, job_id = actor_of(request), (await self._existing(request)).id
        async with self._audit.change(by, "cancel", f"jobs/{job_id}"):
            job = await self._finalizer.cancel(job_id, detail=f"cancelled by {by.login}")
            if job is None:
                ended = await self._existing(request)
                told = f"This photo has ended already: {ended.status}."
                raise conflict(ConflictReason.PHOTO_ENDED, told, subject=ended.status.value)
        return self._shown(request, job)

    async def _existing(self, request: web.Request) -> Job:
        job = await self._jobs.get(request.match_info["id"])
        if job is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such job.")
        return job

    def _shown(self, request: web.Request, job: Job) -> web.Response:
        return json_answer(job_detail(job, self._public_base_url, request[LOGGED_IN].user.role))
