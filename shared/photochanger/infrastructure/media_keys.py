"""The names of objects in the store."""

from datetime import UTC, datetime


def source_prefix(job_id: str) -> str:
    """Everything a job has in the sources bucket begins with this."""
    return f"{job_id}/"


def source_key(job_id: str) -> str:
    return f"{source_prefix(job_id)}source"


def variant_key(job_id: str, variant: str) -> str:
    """A copy for a provider, beside the source and gone with it."""
    return f"{source_prefix(job_id)}{variant}"


def result_key(job_id: str, attempt: int, created_at: datetime) -> str:
    """One object an attempt; the day is that of the job's creation, in UTC."""
    return f"{created_at.astimezone(UTC):%Y/%m/%d}/{job_id}/{attempt}"
