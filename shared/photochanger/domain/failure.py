"""Why a photo did not come back, and what the booth is told: one table for both."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ProblemCode(StrEnum):
    """The `code` member of an error answer. The booth's contract: never rename one."""

    INVALID_REQUEST = "invalid_request"
    INVALID_PASSWORD = "invalid_password"  # noqa: S105 - a code, not a secret
    SLOT_NOT_FOUND = "slot_not_found"
    SLOT_CLOSED = "slot_closed"
    UPLOAD_TOO_SLOW = "upload_too_slow"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNREADABLE_IMAGE = "unreadable_image"
    SLOT_BUSY = "slot_busy"
    RATE_LIMITED = "rate_limited"
    PROVIDER_ERROR = "provider_error"
    PROVIDER_REFUSED = "provider_refused"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    NO_TIME_LEFT = "no_time_left"
    QUEUE_UNAVAILABLE = "queue_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    CAPACITY_EXCEEDED = "capacity_exceeded"
    OUTCOME_UNKNOWN = "outcome_unknown"
    JOB_CANCELLED = "job_cancelled"
    INTERNAL = "internal"
    SYNC_TIMEOUT = "sync_timeout"
    RESULT_NOT_FOUND = "result_not_found"
    RESULT_EXPIRED = "result_expired"
    GALLERY_NOT_FOUND = "gallery_not_found"
    GALLERY_CLOSED = "gallery_closed"
    PASSCODE_REQUIRED = "passcode_required"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    DATABASE_UNAVAILABLE = "database_unavailable"
    INVALID_FIELDS = "invalid_fields"
    CONFLICT = "conflict"
    VERSION_CONFLICT = "version_conflict"
    PRECONDITION_REQUIRED = "precondition_required"
    GATEWAY_UNAVAILABLE = "gateway_unavailable"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    REQUEST_RUNNING = "request_running"
    PASSWORD_CHANGE_REQUIRED = "password_change_required"  # noqa: S105 - a code, not a secret


class FailureReason(StrEnum):
    """Why a job ended without a picture; the row's `failure_reason`."""

    #: the sync window was over
    TIMEOUT = "timeout"
    #: the provider failed for good
    PROVIDER_ERROR = "provider_error"
    #: the provider refused this photo
    PROVIDER_REFUSED = "provider_refused"
    #: breaker open, or quota used up for longer than the window, and no fallback
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    #: the provider answered, but never with a usable picture
    BAD_OUTPUT = "bad_output"
    #: the object store did not take or give a picture
    STORAGE_UNAVAILABLE = "storage_unavailable"
    #: predicted wait and the provider's usual time exceed what is left
    NO_TIME_LEFT = "no_time_left"
    #: an administrator, or the slot's end
    CANCELLED = "cancelled"
    #: a defect of ours
    INTERNAL = "internal"


@dataclass(frozen=True)
class Problem:
    """One row of the answer table: HTTP status, title, and when trying again makes sense."""

    code: ProblemCode
    status: int
    title: str
    retry_after_seconds: int | None = None


def _table(*rows: Problem) -> MappingProxyType[ProblemCode, Problem]:
    return MappingProxyType({row.code: row for row in rows})


#: Every error a booth, a guest or an administrator can get (product, "Ingest: the contract with the booth").
PROBLEMS = _table(
    Problem(ProblemCode.INVALID_REQUEST, 400, "The request cannot be read"),
    Problem(ProblemCode.INVALID_PASSWORD, 401, "Wrong password"),
    Problem(ProblemCode.PASSCODE_REQUIRED, 401, "The passcode is missing or wrong"),
    Problem(ProblemCode.SLOT_CLOSED, 403, "This slot takes no photos now"),
    Problem(ProblemCode.GALLERY_CLOSED, 403, "This gallery is closed"),
    Problem(ProblemCode.SLOT_NOT_FOUND, 404, "No such slot"),
    Problem(ProblemCode.GALLERY_NOT_FOUND, 404, "No such gallery"),
    Problem(ProblemCode.RESULT_NOT_FOUND, 404, "No such picture"),
    Problem(ProblemCode.UPLOAD_TOO_SLOW, 408, "The upload took too long"),
    Problem(ProblemCode.RESULT_EXPIRED, 410, "This picture is gone"),
    Problem(ProblemCode.PAYLOAD_TOO_LARGE, 413, "Too large"),
    Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, 415, "This kind of content is not accepted"),
    Problem(ProblemCode.UNREADABLE_IMAGE, 422, "The picture is broken or cut short"),
    Problem(ProblemCode.SLOT_BUSY, 429, "This slot has too many photos in work", 5),
    Problem(ProblemCode.RATE_LIMITED, 429, "Too many requests", 10),
    Problem(ProblemCode.PROVIDER_ERROR, 502, "The AI provider failed"),
    Problem(ProblemCode.PROVIDER_REFUSED, 502, "The AI provider refused this photo"),
    Problem(ProblemCode.PROVIDER_UNAVAILABLE, 503, "The AI provider is not available", 30),
    Problem(ProblemCode.NO_TIME_LEFT, 503, "This photo cannot be finished in time", 10),
    Problem(ProblemCode.QUEUE_UNAVAILABLE, 503, "The queue is not available", 5),
    Problem(ProblemCode.STORAGE_UNAVAILABLE, 503, "The store is not available", 5),
    Problem(ProblemCode.CAPACITY_EXCEEDED, 503, "Too many requests are waiting", 5),
    Problem(ProblemCode.OUTCOME_UNKNOWN, 503, "The photo's end is not known yet", 5),
    Problem(ProblemCode.JOB_CANCELLED, 503, "The photo was cancelled", 5),
    Problem(ProblemCode.INTERNAL, 500, "A defect in PhotoChanger", 5),
    Problem(ProblemCode.SYNC_TIMEOUT, 504, "The sync window is over"),
    # The administrators' API only.
    Problem(ProblemCode.UNAUTHENTICATED, 401, "Nobody is logged in"),
    Problem(ProblemCode.FORBIDDEN, 403, "Not allowed"),
    Problem(ProblemCode.PASSWORD_CHANGE_REQUIRED, 403, "The one-time password must be changed first"),
    Problem(ProblemCode.NOT_FOUND, 404, "No such thing"),
    Problem(ProblemCode.METHOD_NOT_ALLOWED, 405, "This cannot be done here"),
    Problem(ProblemCode.DATABASE_UNAVAILABLE, 503, "The database is not available", 5),
    Problem(ProblemCode.INVALID_FIELDS, 422, "Fields of the request are wrong"),
    Problem(ProblemCode.CONFLICT, 409, "This does not fit what is there"),
    Problem(ProblemCode.VERSION_CONFLICT, 412, "Somebody changed this meanwhile"),
    Problem(ProblemCode.PRECONDITION_REQUIRED, 428, "The version to change is missing"),
    Problem(ProblemCode.GATEWAY_UNAVAILABLE, 503, "The ingest gateway is not available", 5),
    Problem(ProblemCode.IDEMPOTENCY_KEY_REUSED, 409, "The key was used for another request"),
    Problem(ProblemCode.REQUEST_RUNNING, 409, "The same request is being worked on", 1),
)

_ANSWERS = MappingProxyType(
    {
        FailureReason.TIMEOUT: ProblemCode.SYNC_TIMEOUT,
        FailureReason.PROVIDER_ERROR: ProblemCode.PROVIDER_ERROR,
        FailureReason.PROVIDER_REFUSED: ProblemCode.PROVIDER_REFUSED,
        FailureReason.PROVIDER_UNAVAILABLE: ProblemCode.PROVIDER_UNAVAILABLE,
        FailureReason.BAD_OUTPUT: ProblemCode.PROVIDER_ERROR,
        FailureReason.STORAGE_UNAVAILABLE: ProblemCode.STORAGE_UNAVAILABLE,
        FailureReason.NO_TIME_LEFT: ProblemCode.NO_TIME_LEFT,
        FailureReason.CANCELLED: ProblemCode.JOB_CANCELLED,
        FailureReason.INTERNAL: ProblemCode.INTERNAL,
    }
)


def problem_for(reason: FailureReason) -> Problem:
    """The answer for a job that ended with `reason`."""
    return PROBLEMS[_ANSWERS[reason]]
