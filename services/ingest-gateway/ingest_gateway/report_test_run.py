"""What an administrator is told of a test run: how it ended, how long each step took, the provider's own words."""

from collections.abc import Mapping

from pydantic import JsonValue

from ingest_gateway.answer import rfc3339
from photochanger.domain.job import Attempt, Job, JobStatus
from photochanger.domain.public_link import result_url


def report_test_run(job: Job, timing_ms: Mapping[str, int], *, public_base_url: str) -> dict[str, JsonValue]:
    """The report as JSON; `timing_ms` has the gateway's own stages, each in milliseconds."""
    latest = job.latest_attempt
    return {
        "job_id": job.id,
        "status": job.status,
        "failure_reason": job.failure_reason,
        "failure_detail": job.failure_detail,
        "provider_error": latest.detail if latest and job.status is not JobStatus.DONE else "",
        "timing_ms": dict(timing_ms),
        "attempts": [_attempt(attempt) for attempt in job.attempts],
        "result": _result(job, public_base_url),
    }


def _attempt(attempt: Attempt) -> dict[str, JsonValue]:
    return {
        "n": attempt.n,
        "provider": attempt.provider,
        "operation": attempt.operation,
        "outcome": attempt.outcome,
        "detail": attempt.detail,
        "calls": attempt.calls,
        "queue_ms": _queue_ms(attempt),
        "provider_ms": attempt.provider_ms,
    }


def _queue_ms(attempt: Attempt) -> int | None:
    """How long the attempt waited for a worker."""
    if attempt.started is None:
        return None
    return round((attempt.started - attempt.dispatched_at).total_seconds() * 1000)


def _result(job: Job, public_base_url: str) -> dict[str, JsonValue] | None:
    if job.status is not JobStatus.DONE or job.result_key is None or job.expires_at is None:
        return None
    return {
        "url": result_url(public_base_url, job.public_id),
        "mime_type": job.result_mime_type,
        "size_bytes": job.result_size_bytes,
        "width": job.result_width,
        "height": job.result_height,
        "expires_at": rfc3339(job.expires_at),
    }
