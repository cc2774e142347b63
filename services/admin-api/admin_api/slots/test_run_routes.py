"""Test runs: a photo through slot settings that need not be saved."""

from datetime import datetime

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import JSON, Endpoint, FormPart
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.rest.request_parsing import parse_json
from admin_api.rest.upload_form import FORM, UploadForm, receive_upload
from admin_api.slots.gateway_client import GatewayClient, TrialPhoto
from admin_api.slots.slot_check import SlotCheck
from admin_api.slots.slot_models import SlotName, SlotSettings
from photochanger.domain.failure import FailureReason, ProblemCode
from photochanger.domain.job import AttemptOutcome, Job, JobSource, JobStatus
from photochanger.domain.slot import MAX_UPLOAD_BYTES, Operation, Slot, SlotId
from photochanger.domain.user import Role
from photochanger.infrastructure.job_repository import JobRepository

PATH = "/api/v1/test-runs"
SLOT_FIELD = "slot"
MAX_FORM_BYTES = MAX_UPLOAD_BYTES + 256 * 1024


class TrialSlot(SlotSettings):
    """Slot settings as they would be saved; the name and the id may be missing still."""

    id: SlotId = "test-run"
    name: SlotName = "Test run"


class TrialAttempt(BaseModel):
    """`queue_ms` is how long it waited for a worker; `detail` is the provider's own error text."""

    n: int
    provider: str
    operation: Operation
    outcome: AttemptOutcome | None
    detail: str
    calls: int
    queue_ms: int | None
    provider_ms: int | None


class TrialResult(BaseModel):
    url: str
    mime_type: str
    size_bytes: int
    width: int
    height: int
    expires_at: datetime


class TrialReport(BaseModel):
    """`timing_ms` has each step of the way and `ms_total`, in milliseconds."""

    job_id: str
    status: JobStatus
    failure_reason: FailureReason | None
    failure_detail: str
    provider_error: str
    timing_ms: dict[str, int]
    attempts: tuple[TrialAttempt, ...]
    result: TrialResult | None


_PROBLEMS = (
    ProblemCode.UNREADABLE_IMAGE,
    ProblemCode.CAPACITY_EXCEEDED,
    ProblemCode.QUEUE_UNAVAILABLE,
    ProblemCode.STORAGE_UNAVAILABLE,
    ProblemCode.OUTCOME_UNKNOWN,
    ProblemCode.GATEWAY_UNAVAILABLE,
)


class TestRunRoutes:
    def __init__(self, gateway: GatewayClient, check: SlotCheck, jobs: JobRepository) -> None:
        self._gateway, self._check, self._jobs = gateway, check, jobs

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.run,
                Role.ADMIN,
                summary="Run a photo through slot settings: the form has a file and the field `slot` with JSON",
                body_types=(FORM,),
                form=(
                    FormPart("file", "The photo", is_file=True),
                    FormPart(SLOT_FIELD, "The settings to try, as JSON", model=TrialSlot),
                ),
                max_body_bytes=MAX_FORM_BYTES,
                is_creation=True,
                answer=TrialReport,
                problems=_PROBLEMS,
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{PATH}/{{id}}/retry",
                self.retry,
                Role.ADMIN,
                summary="Run a photo through the settings of an earlier test run, by its job; the form has a file",
                body_types=(FORM,),
                form=(FormPart("file", "The photo", is_file=True),),
                max_body_bytes=MAX_FORM_BYTES,
                answer=TrialReport,
                problems=(ProblemCode.CONFLICT, *_PROBLEMS),
            ),
        )

    async def run(self, request: web.Request) -> web.Response:
        form = await receive_upload(request)
        return await self._report(_slot(form.fields.get(SLOT_FIELD)), form)

    async def retry(self, request: web.Request) -> web.Response:
        """Run it again. The photo comes with the request: the first one was deleted when its job ended."""
        job = await self._jobs.get(request.match_info["id"])
        if job is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such test run.")
        if job.source is not JobSource.TEST_RUN:
            raise conflict(ConflictReason.NO_TEST_RUN, "This is a booth's photo, no test run.")
        return await self._report(_slot_then(job), await receive_upload(request))

    async def _report(self, slot: Slot, form: UploadForm) -> web.Response:
        # a provider without a key says so itself, in the report
        await self._check.check(slot, ignore_warnings=True)
        report = await self._gateway.test_run(slot, TrialPhoto(form.filename, form.data))
        return web.Response(body=report, content_type=JSON)


def _slot_then(job: Job) -> Slot:
    """The settings that the job had; the upload limit is no part of them."""
    then = job.slot_snapshot
    own, *fallbacks = then.routes
    return Slot(
        id=job.slot_id,
        name="Test run",
        **own.model_dump(),
        fallbacks=tuple(fallbacks),
        template_media=then.template_media,
        output=then.output,
        limits=then.limits,
        refuse_without_time=then.refuse_without_time,
        sync_response_seconds=job.window_ms / 1_000,
        max_upload_bytes=MAX_UPLOAD_BYTES,
        version=then.version,
    )


def _slot(text: str | None) -> Slot:
    if text is None:
        raise Refused.for_faults(FieldFault.at(SLOT_FIELD, wrong=Wrong(FaultCode.MISSING, "missing")))
    return Slot(**parse_json(TrialSlot, text.encode()).model_dump())
