"""Test runs: a photo through slot settings that need not be saved."""

from datetime import datetime

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.rest.endpoint import JSON, Endpoint, FormPart
from admin_api.rest.problems import FieldFault, Refused
from admin_api.rest.request_parsing import parse_json
from admin_api.rest.upload_form import FORM, receive_upload
from admin_api.slots.gateway_client import GatewayClient, TrialPhoto
from admin_api.slots.slot_check import SlotCheck
from admin_api.slots.slot_models import SlotName, SlotSettings
from photochanger.domain.failure import FailureReason, ProblemCode
from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.domain.slot import MAX_UPLOAD_BYTES, Operation, Slot, SlotId
from photochanger.domain.user import Role

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


class TestRunRoutes:
    def __init__(self, gateway: GatewayClient, check: SlotCheck) -> None:
        self._gateway, self._check = gateway, check

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
                problems=(
                    ProblemCode.UNREADABLE_IMAGE,
                    ProblemCode.CAPACITY_EXCEEDED,
                    ProblemCode.QUEUE_UNAVAILABLE,
                    ProblemCode.STORAGE_UNAVAILABLE,
                    ProblemCode.OUTCOME_UNKNOWN,
                    ProblemCode.GATEWAY_UNAVAILABLE,
                ),
            ),
        )

    async def run(self, request: web.Request) -> web.Response:
        form = await receive_upload(request)
        slot = _slot(form.fields.get(SLOT_FIELD))
        # a provider without a key says so itself, in the report
        await self._check.check(slot, ignore_warnings=True)
        report = await self._gateway.test_run(slot, TrialPhoto(form.filename, form.data))
        return web.Response(body=report, content_type=JSON)


def _slot(text: str | None) -> Slot:
    if text is None:
        raise Refused.for_faults(FieldFault.at(SLOT_FIELD, detail="missing"))
    return Slot(**parse_json(TrialSlot, text.encode()).model_dump())
