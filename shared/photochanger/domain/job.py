"""A job: one photo on its way, from the accepted POST to exactly one end. The only state machine."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from photochanger.domain.failure import FailureReason
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_call import ProviderCall
from photochanger.domain.slot import Operation, Route, SlotSnapshot

JobId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    Field(examples=["0d4e6a52-7f3b-4c1d-9a80-5b2f6c7d8e9f"]),
]


class JobStatus(StrEnum):
    #: admitted, nobody works on it yet
    PENDING = "pending"
    #: a provider was chosen
    PROCESSING = "processing"
    #: the picture is stored
    DONE = "done"
    #: ended without a picture, see `failure_reason`
    FAILED = "failed"
    #: the sync window was over
    TIMEOUT = "timeout"
    #: ended by an administrator or by the slot's end
    CANCELLED = "cancelled"


#: From each state to every state that may follow it.
TRANSITIONS = MappingProxyType(
    {
        JobStatus.PENDING: frozenset({JobStatus.PROCESSING, JobStatus.FAILED, JobStatus.TIMEOUT, JobStatus.CANCELLED}),
        JobStatus.PROCESSING: frozenset({JobStatus.DONE, JobStatus.FAILED, JobStatus.TIMEOUT, JobStatus.CANCELLED}),
        JobStatus.DONE: frozenset[JobStatus](),
        JobStatus.FAILED: frozenset[JobStatus](),
        JobStatus.TIMEOUT: frozenset[JobStatus](),
        JobStatus.CANCELLED: frozenset[JobStatus](),
    }
)

TERMINAL = frozenset(status for status, following in TRANSITIONS.items() if not following)
RUNNING = frozenset(TRANSITIONS) - TERMINAL


class IllegalTransition(Exception):
    """A state was asked to become one that may not follow it."""


def advance(current: JobStatus, new: JobStatus) -> JobStatus:
    """The new state.

    Raises:
        IllegalTransition: `new` may not follow `current`.
    """
    if new not in TRANSITIONS[current]:
        raise IllegalTransition(f"{current} -> {new}")
    return new


def states_leading_to(new: JobStatus) -> frozenset[JobStatus]:
    """Every state that `new` may follow: the filter of a compare-and-set."""
    return frozenset(status for status, following in TRANSITIONS.items() if new in following)


class JobSource(StrEnum):
    INGEST = "ingest"
    TEST_RUN = "test_run"


class AttemptOutcome(StrEnum):
    """How one attempt at one provider ended."""

    #: the picture became the job's result
    DELIVERED = "delivered"
    #: failed for good at this provider
    FAILED = "failed"
    #: the provider refused this photo
    REFUSED = "refused"
    #: quota used up, bad key, out of credit, model retired: no use to ask this provider now
    UNAVAILABLE = "unavailable"
    #: answered, but never with a usable picture
    BAD_OUTPUT = "bad_output"
    #: cut off: its time was over
    CUT = "cut"
    #: its time was over before a call was begun
    NOT_STARTED = "not_started"
    #: the object store did not take the picture
    STORAGE = "storage"
    #: its process died; whether the provider charged is not known
    LOST = "lost"
    #: the job ended another way first; the answer was discarded
    LATE = "late"
    #: a defect of ours
    INTERNAL = "internal"


#: What a job that ends with this attempt is told to the booth; one cut, lost or not started is the window's end.
REASON_OF_OUTCOME = MappingProxyType(
    {
        AttemptOutcome.FAILED: FailureReason.PROVIDER_ERROR,
        AttemptOutcome.REFUSED: FailureReason.PROVIDER_REFUSED,
        AttemptOutcome.UNAVAILABLE: FailureReason.PROVIDER_UNAVAILABLE,
        AttemptOutcome.BAD_OUTPUT: FailureReason.BAD_OUTPUT,
        AttemptOutcome.STORAGE: FailureReason.STORAGE_UNAVAILABLE,
        AttemptOutcome.INTERNAL: FailureReason.INTERNAL,
    }
)


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Attempt(_Stored):
    """One attempt: `route` indexes the snapshot's routes; it is cut when `cut_left_ms` of the window are left."""

    n: int
    route: int
    provider: str
    operation: Operation
    cut_left_ms: int
    dispatched_at: datetime
    owner: str | None = None
    lease_until: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    outcome: AttemptOutcome | None = None
    detail: str = ""
    retry_after_seconds: float | None = None
    calls: int = 0
    #: what became of each call and what it cost, in order; empty in rows of before there was a ledger
    ledger: tuple[ProviderCall, ...] = ()
    #: how often another process took over after the lease had lapsed
    takeovers: int = 0
    #: the provider's own id of the call; while the attempt runs, that of a call that can be resumed
    provider_reference: str | None = None
    provider_ms: int | None = None


#: The client field in which a booth gives its name.
BOOTH_FIELD = "name"
MAX_BOOTH_CHARS = 256


class ClientField(_Stored):
    """One text part as the booth sent it. The name is data, never a key of ours."""

    name: str
    value: str


def booth_of(client: Iterable[ClientField]) -> str | None:
    """What the client calls itself, as far as a row's `booth` keeps it; None where it does not say."""
    named = next((field.value for field in client if field.name == BOOTH_FIELD), "")
    return named[:MAX_BOOTH_CHARS] or None


class JobEventEntry(_Stored):
    """One line of a job's story."""

    name: str
    at: datetime
    detail: str = ""


class PhotoRecord(_Stored):
    """The photo as posted; `key` is its name in the sources bucket, sha256 is hex."""

    key: str
    type: PictureType
    size_bytes: int
    width: int
    height: int
    orientation: int
    has_alpha: bool
    sha256: str
    #: see `PhotoInfo`; None in a row of before it was kept
    coded_end: int | None = None


class Job(_Stored):
    """A row of `jobs`. `left_ms` is what the database's clock says is left of the window, when it was asked."""

    id: JobId = Field(alias="_id")
    slot_id: str
    slot_version: int
    slot_snapshot: SlotSnapshot
    status: JobStatus
    is_finalized: bool
    failure_reason: FailureReason | None = None
    failure_detail: str = ""
    retry_after_seconds: float | None = None
    source: JobSource
    client: tuple[ClientField, ...] = ()
    filename: str = ""
    created_at: datetime
    sync_deadline: datetime
    window_ms: int
    answer_reserve_ms: int
    retention_ms: int
    finalized_at: datetime | None = None
    finalized_by: str | None = None
    expires_at: datetime | None = None
    #: when media and client data were removed, after `expires_at`
    tombstoned_at: datetime | None = None
    photo: PhotoRecord
    #: beside the photo lie copies that a provider fetches by link; they go with it
    has_copies: bool = False
    attempts: tuple[Attempt, ...] = ()
    events: tuple[JobEventEntry, ...] = ()
    result_key: str | None = None
    result_mime_type: str | None = None
    result_size_bytes: int | None = None
    result_width: int | None = None
    result_height: int | None = None
    result_sha256: str | None = None
    result_inline_base64: str | None = None
    #: when an administrator took the picture back; its key is gone with it
    revoked_at: datetime | None = None
    #: when the store was found not to have the picture any more, before its time
    result_missing_at: datetime | None = None
    inline_max_bytes: int = 0
    public_id: str
    reply_to: str | None = None
    traceparent: str | None = None
    left_ms: int = 0

    @property
    def latest_attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    def attempt(self, n: int) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.n == n), None)

    def route_of(self, attempt: Attempt) -> Route:
        return self.slot_snapshot.routes[attempt.route]


class EndedJob(_Stored):
    """What is to be done after a job's end needs this of its row."""

    id: JobId = Field(alias="_id")
    slot_id: str
    status: JobStatus
    failure_reason: FailureReason | None = None
    finalized_by: str | None = None
    reply_to: str | None = None
    has_copies: bool = False
    source_key: str
    #: of the latest attempt
    provider: str | None = None

    @classmethod
    def of(cls, job: Job) -> Self:
        attempt = job.latest_attempt
        return cls(
            _id=job.id,
            slot_id=job.slot_id,
            status=job.status,
            failure_reason=job.failure_reason,
            finalized_by=job.finalized_by,
            reply_to=job.reply_to,
            has_copies=job.has_copies,
            source_key=job.photo.key,
            provider=None if attempt is None else attempt.provider,
        )


class JobGlance(_Stored):
    """What the gateway's batched look reads of each waiting job."""

    id: JobId = Field(alias="_id")
    status: JobStatus
    is_finalized: bool
