"""Finished pictures as the gallery shows them."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.pages import Booth, CursorQuery
from photochanger.domain.job import BOOTH_FIELD, Job, JobId, JobSource
from photochanger.domain.public_link import result_page_url, result_url
from photochanger.domain.slot import SlotId
from photochanger.infrastructure.media_keys import PreviewSize


class ResultQuery(CursorQuery):
    """Pictures of booths, unless `include_test_runs`; `since` and `until` are about when the photo came."""

    cursor: JobId | None = None
    slot_id: SlotId | None = None
    booth: Booth | None = None
    include_test_runs: bool = False
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class PreviewKind(StrEnum):
    #: 512 pixels
    PREVIEW = "preview"
    #: 160 pixels
    THUMBNAIL = "thumbnail"

    @property
    def size(self) -> PreviewSize:
        return PreviewSize.PREVIEW if self is PreviewKind.PREVIEW else PreviewSize.THUMBNAIL


class PreviewQuery(RequestModel):
    """`size`: 512 or 160 pixels at the longer side."""

    size: PreviewKind = PreviewKind.PREVIEW


class ResultShown(BaseModel):
    """`id` is the job's; `result_url`, `page_url` and `qr_url` are for guests, without login."""

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
    page_url: str
    qr_url: str
    preview_url: str
    download_url: str


class ResultPage(BaseModel):
    items: tuple[ResultShown, ...]
    next_cursor: str | None


def result_shown(job: Job, *, public_base_url: str, own_url: str) -> ResultShown:
    """`own_url` is the address of this result in the API."""
    link = result_url(public_base_url, job.public_id)
    booth = next((field.value for field in job.client if field.name == BOOTH_FIELD), "")
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
        result_url=link,
        page_url=result_page_url(public_base_url, job.public_id),
        qr_url=f"{link}/qr.svg",
        preview_url=f"{own_url}/preview",
        download_url=f"{own_url}/download",
    )
