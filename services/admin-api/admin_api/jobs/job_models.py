"""Jobs as the API shows them: no secrets, no keys of objects, prompts to administrators only."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from admin_api.jobs.failure_help import FailureShown, failure_shown
from admin_api.jobs.job_cursor import JobCursor
from admin_api.rest.moments import Moment
from admin_api.rest.pages import Booth, PageQuery
from admin_api.slots.slot_models import RouteShown
from admin_api.slots.slot_view import route_shown
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Attempt, ClientField, Job, JobEventEntry, JobId, JobSource, JobStatus, booth_of
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_call import CallOutcome
from photochanger.domain.public_link import result_url
from photochanger.domain.slot import Operation, Output, SlotId, TemplateUse
from photochanger.domain.user import Role
from photochanger.domain.waterfall import StepKind, waterfall_of
from photochanger.infrastructure.job_reader import JobLine


class JobQuery(PageQuery):
    """All that is given must hold. `since` and `until` are about `created_at`: from the one on, before the other."""

    cursor: JobCursor | None = None
    id: JobId | None = None
    slot_id: SlotId | None = None
    booth: Booth | None = None
    status: JobStatus | None = None
    reason: FailureReason | None = None
    source: JobSource | None = None
    since: Moment | None = None
    until: Moment | None = None


class JobSummary(BaseModel):
    """`provider` is that of the latest attempt; None: no provider was asked."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    slot_id: str
    slot_version: int
    status: JobStatus
    failure_reason: FailureReason | None
    failure_detail: str
    source: JobSource
    booth: str
    filename: str
    created_at: datetime
    sync_deadline: datetime
    finalized_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    result_mime_type: str | None
    result_size_bytes: int | None
    result_width: int | None
    result_height: int | None
    result_url: str | None
    provider: str | None


class CallShown(BaseModel):
    """`outcome` None: under way, or unknown once the job has ended. `cost_micros` None: not known whether charged."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    at: AwareDatetime
    outcome: CallOutcome | None
    model: str | None
    input_tokens: int | None
    output_tokens: int | None
    thought_tokens: int | None
    images: int | None
    credits_left: int | None
    cost_micros: int | None
    currency: str | None


class AttemptShown(BaseModel):
    """`provider_reference` is the provider's own name of the call; `ledger` tells what became of each call."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    provider: str
    operation: Operation
    dispatched_at: datetime
    started: datetime | None
    ended: datetime | None
    outcome: str | None
    detail: str
    calls: int
    ledger: tuple[CallShown, ...]
    takeovers: int
    provider_reference: str | None
    provider_ms: int | None


class PhotoShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    type: PictureType
    size_bytes: int
    width: int
    height: int
    sha256: str


class SlotThen(BaseModel):
    """The slot's settings as they were when the photo came."""

    version: int
    routes: tuple[RouteShown, ...]
    template_media: tuple[TemplateUse, ...]
    output: Output


class StepShown(BaseModel):
    """Milliseconds since the request's first byte, by the database's clock; `ends_ms` None: not over, or not known."""

    model_config = ConfigDict(from_attributes=True)

    kind: StepKind
    attempt: int | None
    provider: str | None
    starts_ms: int
    ends_ms: int | None


class JobDetail(JobSummary):
    """`failure` says in words what happened and what to do; None: the photo came back, or is under way."""

    window_ms: int
    failure: FailureShown | None
    waterfall: tuple[StepShown, ...]
    result_sha256: str | None
    photo: PhotoShown
    client: tuple[ClientField, ...]
    attempts: tuple[AttemptShown, ...]
    events: tuple[JobEventEntry, ...]
    slot: SlotThen


class JobPage(BaseModel):
    items: tuple[JobSummary, ...]
    next_cursor: str | None


def job_summary(job: Job | JobLine, public_base_url: str) -> JobSummary:
    derived = {"booth", "result_url", "provider"}
    fields = {name: getattr(job, name) for name in JobSummary.model_fields if name not in derived}
    return JobSummary(
        **fields, booth=booth_shown(job), result_url=_picture_url(job, public_base_url), provider=_provider(job)
    )


def _provider(job: Job | JobLine) -> str | None:
    if isinstance(job, JobLine):
        return job.provider
    attempt = job.latest_attempt
    return None if attempt is None else attempt.provider


def booth_shown(job: Job | JobLine) -> str:
    given = job.booth if isinstance(job, JobLine) else booth_of(job.client)
    return given or ""


def job_detail(job: Job, public_base_url: str, role: Role) -> JobDetail:
    snapshot = job.slot_snapshot
    return JobDetail(
        **job_summary(job, public_base_url).model_dump(),
        window_ms=job.window_ms,
        failure=failure_shown(job),
        waterfall=tuple(StepShown.model_validate(step) for step in waterfall_of(job)),
        result_sha256=job.result_sha256,
        photo=PhotoShown.model_validate(job.photo),
        client=job.client,
        attempts=tuple(_attempt(attempt) for attempt in job.attempts),
        events=job.events,
        slot=SlotThen(
            version=snapshot.version,
            routes=tuple(route_shown(route, role) for route in snapshot.routes),
            template_media=snapshot.template_media,
            output=snapshot.output,
        ),
    )


def _attempt(attempt: Attempt) -> AttemptShown:
    return AttemptShown.model_validate(attempt)


def _picture_url(job: Job | JobLine, public_base_url: str) -> str | None:
    has_picture = job.status is JobStatus.DONE and job.revoked_at is None
    return result_url(public_base_url, job.public_id) if has_picture else None
