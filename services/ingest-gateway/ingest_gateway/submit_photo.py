"""From a photo that may come in to an admitted row: nothing is written for a bad picture."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ingest_gateway.client_fields import clean_filename
from ingest_gateway.multipart_reader import UploadedPhoto
from ingest_gateway.photo_story import PhotoStory
from ingest_gateway.refusal import Refusal
from ingest_gateway.terms import Terms
from photochanger import topology
from photochanger.background import Background
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import ClientField, Job, JobSource, PhotoRecord
from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.domain.public_link import new_public_id
from photochanger.failpoints import failpoint
from photochanger.imaging.errors import PictureError, TooManyPixels, UnsupportedPicture
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import PublishOutcome, outgoing
from photochanger.infrastructure.job_repository import JobRepository, NewJob
from photochanger.infrastructure.media_keys import source_key, source_prefix
from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.reply_queue import ReplyQueue
from photochanger.messages import PhotoSubmitted
from photochanger.observability import current_traceparent, get_logger

#: A row that was written within this has its window from the right moment.
LATE_ROW_SECONDS = 0.5
#: A picture that needs so long to be checked is our lack of time, not its fault.
CHECK_SECONDS = 10.0
#: A PUT may take so long, and longer by its size.
PUT_SECONDS = 2.0
PUT_BYTES_PER_SECOND = 10_000_000
PUBLISH_SECONDS = 2.0
CLEANUP_SECONDS = 5.0

log = get_logger(__name__)


@dataclass(frozen=True)
class Ids:
    """Where fresh names come from."""

    new_job_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True)
class Submission:
    """A photo whose sender has proved that it may come in; `client` is what the booth told of it."""

    photo: UploadedPhoto | None
    client: tuple[ClientField, ...]
    source: JobSource


class SubmitPhoto:
    """Checks a photo, stores it, admits its row and tells the dispatcher."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        store: MediaStore,
        broker: Broker,
        replies: ReplyQueue,
        decoder: GuardedDecoder,
        background: Background,
        ids: Ids,
        clock: Callable[[], float],
    ) -> None:
        self._jobs, self._store, self._broker, self._replies = jobs, store, broker, replies
        self._decoder, self._background = decoder, background
        self._ids, self._clock = ids, clock

    async def admit(self, submission: Submission, terms: Terms, story: PhotoStory) -> Job:
        """The photo's admitted row.

        Raises:
            Refusal: no or bad picture, or the store or the database does not answer.
        """
        uploaded = submission.photo
        if uploaded is None or not uploaded.data:
            raise Refusal(ProblemCode.INVALID_REQUEST, "the photo is missing or empty")
        info = await self._check_picture(uploaded.data, terms)
        story.passed("check")
        job_id = self._ids.new_job_id()
        photo = await self._store_source(job_id, uploaded, info)
        failpoint("gateway.after_source_put")
        story.passed("store")
        new = NewJob(
            id=job_id,
            slot_id=terms.slot.id,
            slot_snapshot=terms.slot.snapshot(),
            source=submission.source,
            client=submission.client,
            filename=clean_filename(uploaded.filename),
            photo=photo,
            window_ms=round(terms.window_seconds * 1000),
            answer_reserve_ms=round(terms.settings.answer_reserve_seconds * 1000),
            retention_ms=round(terms.settings.result_retention_hours * 3_600_000),
            inline_max_bytes=terms.settings.inline_result_max_bytes,
            public_id=new_public_id(self._ids.random_bytes),
            reply_to=self._replies.name,
            traceparent=current_traceparent(),
        )
        job = await self._write_row(new, terms, story)
        story.job_id = job.id
        story.passed("admit")
        return job

    async def announce(self, job: Job, terms: Terms) -> None:
        """Tell the dispatcher of the row. However that ends, the row is the outbox: sweep and deadline decide."""
        left = max(0.0, terms.deadline - self._clock())
        message = outgoing(
            topology.SUBMISSIONS,
            PhotoSubmitted(job_id=job.id),
            job_id=job.id,
            left_ms=round(left * 1000),
            reply_to=job.reply_to,
        )
        outcome = await self._broker.publish(message, timeout_seconds=min(PUBLISH_SECONDS, left))
        if outcome is not PublishOutcome.CONFIRMED:
            log.warning("photo_not_queued", job_id=job.id, outcome=outcome, next="the sweep dispatches its row")

    async def _check_picture(self, data: bytes, terms: Terms) -> PhotoInfo:
        scope = asyncio.timeout(min(CHECK_SECONDS, max(0.0, terms.deadline - self._clock())))
        try:
            info = inspect_photo(data)
            if info.type is not PictureType.JPEG:
                async with scope:
                    await self._decoder.verify(data, info)
        except PictureError as error:
            raise _bad_picture(error, terms) from error
        except TimeoutError as error:
            raise Refusal(ProblemCode.CAPACITY_EXCEEDED, "too many pictures are being checked") from error
        return info

    async def _store_source(self, job_id: str, photo: UploadedPhoto, info: PhotoInfo) -> PhotoRecord:
        key = source_key(job_id)
        try:
            await self._store.put(
                Bucket.SOURCES,
                key,
                photo.data,
                content_type=info.type.value,
                sha256=photo.sha256,
                timeout_seconds=PUT_SECONDS + info.size_bytes / PUT_BYTES_PER_SECOND,
            )
        except StoreUnavailable as error:
            self._forget_source(job_id)
            raise Refusal(
                ProblemCode.STORAGE_UNAVAILABLE, "the store did not take the photo", reason=str(error)
            ) from error
        return PhotoRecord(
            key=key,
            type=info.type,
            size_bytes=info.size_bytes,
            width=info.width,
            height=info.height,
            orientation=info.orientation,
            has_alpha=info.has_alpha,
            sha256=photo.sha256,
            coded_end=info.coded_end,
        )

    async def _write_row(self, new: NewJob, terms: Terms, story: PhotoStory) -> Job:
        """Admit the row; when the database did not say how that ended, ask once whether it is there."""
        asked_at = self._clock()
        try:
            admitted = await self._jobs.admit(new, left_ms=self._left_ms(terms))
            await self._shorten_late_row(admitted, terms, asked_at=asked_at)
            return admitted
        except DatabaseUnavailable as error:
            log.warning("row_not_confirmed", slot_id=new.slot_id, next="asks whether it was written", why=str(error))
        try:
            job = await self._jobs.confirm(new.id)
        except DatabaseUnavailable as error:
            # The row may exist, so its source stays: whoever ends the row removes it, else the store's own rule.
            story.job_id = new.id
            raise Refusal(
                ProblemCode.OUTCOME_UNKNOWN, "the database did not say whether it took the photo", reason=str(error)
            ) from error
        if job is None:
            self._forget_source(new.id)
            raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, "the database did not take the photo")
        await self._shorten_late_row(job, terms, asked_at=asked_at)
        return job

    def _left_ms(self, terms: Terms) -> int:
        return max(1, round((terms.deadline - self._clock()) * 1000))

    async def _shorten_late_row(self, job: Job, terms: Terms, *, asked_at: float) -> None:
        """A database that stood still counted the window from when it went on, and the booth does not wait longer."""
        if self._clock() < asked_at + LATE_ROW_SECONDS:
            return
        try:
            await self._jobs.shorten(job.id, left_ms=self._left_ms(terms))
        except DatabaseUnavailable as error:
            log.warning("window_not_shortened", job_id=job.id, error=repr(error), next="its row ends a little late")

    def _forget_source(self, job_id: str) -> None:
        removal = self._store.delete_prefix(Bucket.SOURCES, source_prefix(job_id))
        self._background.start(removal, name="forget_source", timeout_seconds=CLEANUP_SECONDS)


def _bad_picture(error: PictureError, terms: Terms) -> Refusal:
    if isinstance(error, TooManyPixels):
        details = {"max_bytes": terms.slot.max_upload_bytes}
        return Refusal(ProblemCode.PAYLOAD_TOO_LARGE, str(error), details=details)
    if isinstance(error, UnsupportedPicture):
        return Refusal(ProblemCode.UNSUPPORTED_MEDIA_TYPE, str(error))
    return Refusal(ProblemCode.UNREADABLE_IMAGE, str(error))
