"""The booth's answer, built from the row alone."""

from datetime import UTC, datetime
from types import MappingProxyType

from aiohttp import web

from ingest_gateway.finished_picture import FinishedPicture
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import PROBLEMS, FailureReason, ProblemCode, problem_for
from photochanger.domain.job import Job, JobStatus
from photochanger.domain.public_link import result_url
from photochanger.infrastructure.http_server import problem_response

_DETAILS = MappingProxyType(
    {
        FailureReason.TIMEOUT: "the picture was not finished within the sync window",
        FailureReason.PROVIDER_ERROR: "the provider could not make a picture of this photo",
        FailureReason.PROVIDER_REFUSED: "the provider will not work on this photo; try another one",
        FailureReason.PROVIDER_UNAVAILABLE: "no provider of this slot takes photos now",
        FailureReason.BAD_OUTPUT: "the provider answered, but never with a usable picture",
        FailureReason.STORAGE_UNAVAILABLE: "the picture could not be stored",
        FailureReason.NO_TIME_LEFT: "what is waiting already needs more than the time left",
        FailureReason.CANCELLED: "the photo was cancelled before it was finished",
        FailureReason.INTERNAL: "a defect stopped this photo; the log has it under this job id",
    }
)
_REASON_OF_STATUS = MappingProxyType(
    {JobStatus.TIMEOUT: FailureReason.TIMEOUT, JobStatus.CANCELLED: FailureReason.CANCELLED}
)


def rfc3339(moment: datetime) -> str:
    """UTC to the millisecond, as the database keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def picture_answer(picture: FinishedPicture, data: bytes, *, public_base_url: str) -> web.Response:
    """The 200: the picture and nothing else."""
    headers = {
        "Content-Type": picture.mime_type,
        "Cache-Control": "no-store",
        "X-Job-Id": picture.job_id,
        "X-Result-Url": result_url(public_base_url, picture.public_id),
        "X-Result-Expires-At": rfc3339(picture.expires_at),
    }
    return web.Response(body=data, headers=headers)


def picture_elsewhere_answer(picture: FinishedPicture, *, public_base_url: str) -> web.Response:
    """The 503 of a finished picture that the store does not give now: the link will."""
    answer = problem_response(
        PROBLEMS[ProblemCode.STORAGE_UNAVAILABLE],
        detail="the picture is finished, but cannot be read now; X-Result-Url will show it",
        job_id=picture.job_id,
    )
    answer.headers["X-Result-Url"] = result_url(public_base_url, picture.public_id)
    answer.headers["X-Result-Expires-At"] = rfc3339(picture.expires_at)
    return answer


def failure_reason(job: Job) -> FailureReason:
    """Why a job that ended without a picture did so."""
    return job.failure_reason or _REASON_OF_STATUS.get(job.status, FailureReason.INTERNAL)


def failure_answer(job: Job) -> web.Response:
    """The error answer of a job that ended without a picture."""
    reason = failure_reason(job)
    return problem_response(
        problem_for(reason),
        detail=_DETAILS[reason],
        job_id=job.id,
        failure_reason=reason,
        retry_after_seconds=job.retry_after_seconds,
    )


def revoked_answer(job: Job) -> web.Response:
    """The answer of a picture that an administrator took back before it was sent: the booth must not show it."""
    return problem_response(
        PROBLEMS[ProblemCode.JOB_CANCELLED],
        detail="an administrator took the finished picture back before it was sent",
        job_id=job.id,
        failure_reason=FailureReason.CANCELLED,
    )


def refusal_answer(refusal: Refusal, *, job_id: str | None = None) -> web.Response:
    """The error answer of a request that got no job, or whose job's end is not known."""
    return problem_response(
        refusal.problem,
        detail=refusal.detail,
        job_id=job_id,
        retry_after_seconds=refusal.retry_after_seconds,
        extra=None if refusal.details is None else {"details": dict(refusal.details)},
    )
