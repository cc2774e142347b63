"""Finished pictures as the gallery shows them."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from admin_api.jobs.job_cursor import JobCursor
from admin_api.jobs.job_models import booth_shown
from admin_api.rest.endpoint import RequestModel
from admin_api.rest.moments import Moment
from admin_api.rest.pages import Booth, PageQuery
from photochanger.domain.job import Job, JobId, JobSource
from photochanger.domain.public_link import result_page_url, result_url
from photochanger.domain.slot import SlotId
from photochanger.infrastructure.job_reader import JobFilter, JobLine
from photochanger.infrastructure.media_keys import PreviewSize


class ResultFilter(RequestModel):
    """Pictures of booths, unless `include_test_runs`; `since` and `until` are about when the photo came."""

    id: JobId | None = None
    slot_id: SlotId | None = None
    booth: Booth | None = None
    include_test_runs: bool = False
    since: Moment | None = None
    until: Moment | None = None

    def wanted(self) -> JobFilter:
        """What of the rows is shown: pictures that can still be seen."""
        return JobFilter(
            id=self.id,
            slot_id=self.slot_id,
            booth=self.booth,
            source=None if self.include_test_runs else JobSource.INGEST,
            since=self.since,
            until=self.until,
            has_picture=True,
        )


class ResultQuery(ResultFilter, PageQuery):
    """A page of them, newest first."""

    cursor: JobCursor | None = None


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


def result_shown(job: Job | JobLine, *, public_base_url: str, own_url: str) -> ResultShown:
    """`own_url` is the address of this result in the API."""
    link = result_url(public_base_url, job.public_id)
    return ResultShown(
        id=job.id,
        slot_id=job.slot_id,
        source=job.source,
        booth=booth_shown(job),
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
