"""The names of objects in the store."""

from datetime import UTC, datetime
from enum import IntEnum


class PreviewSize(IntEnum):
    """Longer side in pixels of the small copies of a result."""

    #: what a page shows
    PREVIEW = 512
    #: what a gallery shows
    THUMBNAIL = 160


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


def preview_key(result_key: str, size: PreviewSize) -> str:
    """Beside the result, so that it goes where the result goes."""
    return f"{result_key}.{size.value}"
