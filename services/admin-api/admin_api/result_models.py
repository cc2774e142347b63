"""Finished pictures as the gallery shows them."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel

from admin_api.pages import CursorQuery
from photochanger.domain.job import Job, JobSource
from photochanger.domain.public_link import result_url
from photochanger.domain.slot import SlotId

_BOOTH_FIELD = "name"


class ResultQuery(CursorQuery):
    """Pictures of booths, unless `include_test_runs`; `since` and `until` are about when the photo came."""

    slot_id: SlotId | None = None
    include_test_runs: bool = False
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class ResultShown(BaseModel):
    """`id` is the job's; `result_url` is the link a guest gets."""

    id: str
    slot_id: str
    source: JobSource
    booth: str
    created_at: datetime
    expires_at: datetime | None
    mime_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    result_url: str
    download_url: str


class ResultPage(BaseModel):
    items: tuple[ResultShown, ...]
    next_cursor: str | None


def result_shown(job: Job, *, public_base_url: str, download_url: str) -> ResultShown:
    booth = next((field.value for field in job.client if field.name == _BOOTH_FIELD), "")
    return ResultShown(
        id=job.id,
        slot_id=job.slot_id,
        source=job.source,
        booth=booth,
        created_at=job.created_at,
        expires_at=job.expires_at,
        mime_type=job.result_mime_type,
        size_bytes=job.result_size_bytes,
        width=job.result_width,
        height=job.result_height,
        result_url=result_url(public_base_url, job.public_id),
        download_url=download_url,
    )
