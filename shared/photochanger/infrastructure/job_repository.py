"""The row of a job is the truth: every write is a compare-and-set, decided by the database's clock."""

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pymongo import ReturnDocument
from pymongo.read_concern import ReadConcern

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import (
    RUNNING,
    AttemptOutcome,
    ClientField,
    EndedJob,
    Job,
    JobGlance,
    JobSource,
    JobStatus,
    PhotoRecord,
    booth_of,
    states_leading_to,
)
from photochanger.domain.slot import Operation, SlotSnapshot
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_row import Document, as_job
from photochanger.infrastructure.mongo import DatabaseUnavailable, literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A linearizable read costs about 100 ms; asked only when a write's end is not known.
CONFIRM_MS = 1_000
MAX_DETAIL_CHARS = 500


@dataclass(frozen=True)
class NewJob:
    """What the gateway knows of a photo when it admits the row; times in milliseconds."""

    id: str
    slot_id: str
    slot_snapshot: SlotSnapshot
    source: JobSource
    client: tuple[ClientField, ...]
    filename: str
    photo: PhotoRecord
    window_ms: int
    answer_reserve_ms: int
    retention_ms: int
    inline_max_bytes: int
    public_id: str
    reply_to: str | None = None
    traceparent: str | None = None


class JobRepository:
    """Rows of `jobs`.

    Every method may raise `DatabaseUnavailable`; then nothing is known and the row must be asked (`confirm`).
    A write that returns None lost its compare-and-set: look at the row.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._jobs: AsyncIOMotorCollection[Document] = database["jobs"]
        self._majority = self._jobs.with_options(read_concern=ReadConcern("majority"))
        self._linearizable = self._jobs.with_options(read_concern=ReadConcern("linearizable"))

    # -- reading

    async def get(self, job_id: str, *, with_inline: bool = False) -> Job | None:
        fields = row.ROW_FIELDS_WITH_INLINE if with_inline else row.ROW_FIELDS
        with translated():
            document = await self._majority.find_one({"_id": job_id}, fields)
        return as_job(document)

    async def confirm(self, job_id: str, *, with_inline: bool = False) -> Job | None:
        """Read what a majority holds right now: the answer when a write's end is not known. At most 1 s."""
        fields = row.ROW_FIELDS_WITH_INLINE if with_inline else row.ROW_FIELDS
        return as_job(await self._confirmed(job_id, fields))

    async def _confirmed(self, job_id: str, fields: Document) -> Document | None:
        try:
            async with asyncio.timeout(CONFIRM_MS / 1000):
                with translated():
                    return await self._linearizable.find_one({"_id": job_id}, fields, max_time_ms=CONFIRM_MS)
        except TimeoutError as error:
            raise DatabaseUnavailable("the row could not be confirmed") from error

    async def look(self, job_ids: Iterable[str]) -> dict[str, JobGlance]:
        """Status of many jobs in one query; absent ones are missing from the answer."""
        fields = {"status": 1, "is_finalized": 1}
        with translated():
            documents = await self._majority.find({"_id": {"$in": list(job_ids)}}, fields).to_list(None)
        return {document["_id"]: JobGlance.model_validate(document) for document in documents}

    async def ended(self, job_ids: Iterable[str]) -> set[str]:
        """Give those of the jobs that have ended; rows still running are not sent."""
        condition = {"_id": {"$in": list(job_ids)}, "is_finalized": True}
        with translated():
            documents = await self._majority.find(condition, {"_id": 1}).to_list(None)
        return {document["_id"] for document in documents}

    # -- the way of a job

    async def admit(self, new: NewJob, *, left_ms: int) -> Job:
        """Write the row. Repeating it changes nothing and gives the row as it is."""
        static = {
            "slot_id": new.slot_id,
            "slot_version": new.slot_snapshot.version,
            "slot_snapshot": new.slot_snapshot.model_dump(mode="json"),
            "status": JobStatus.PENDING.value,
            "is_finalized": False,
            "source": new.source.value,
            "client": [field.model_dump() for field in new.client],
            "booth": booth_of(new.client),
            "filename": new.filename,
            "photo": new.photo.model_dump(mode="json"),
            "source_key": new.photo.key,
            "attempts": [],
            "failure_reason": None,
            "result_inline_base64": None,
        }
        static |= {name: getattr(new, name) for name in _PLAIN_FIELDS}
        timed = {
            "created_at": row.NOW,
            "sync_deadline": row.after_now(left_ms),
            "next_dispatch_at": row.after_now(row.FIRST_DISPATCH_PAUSE_MS),
            "dispatch_pause_ms": row.FIRST_DISPATCH_PAUSE_MS,
            "events": [{"name": "received", "at": row.NOW, "detail": ""}],
        }
        fresh = {"$mergeObjects": [{"_id": "$_id"}, literal(static), timed]}
        is_new = {"$eq": [{"$type": "$status"}, "missing"]}
        update = [{"$replaceWith": {"$cond": [is_new, fresh, "$$ROOT"]}}]
        with translated():
            document = await self._jobs.find_one_and_update(
                {"_id": new.id},
                update,
                projection=row.ROW_FIELDS,
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return Job.model_validate(document)

    async def shorten(self, job_id: str, *, left_ms: int) -> None:
        """Let a running job's window end in so long at the latest."""
        sooner = {"$min": ["$sync_deadline", row.after_now(left_ms)]}
        with translated():
            await self._jobs.update_one({"_id": job_id, "is_finalized": False}, [{"$set": {"sync_deadline": sooner}}])

    async def start_attempt(
        self, job_id: str, *, route: int, provider: str, operation: Operation, cut_left_ms: int, after: int
    ) -> int | None:
        """Start attempt `after` + 1 and give the milliseconds left of the window.

        None: the job ended, its window is over, or that attempt exists already.
        """
        attempt = {
            "route": route,
            "provider": literal(provider),
            "operation": operation.value,
            "cut_left_ms": cut_left_ms,
        }
        change = {
            "status": JobStatus.PROCESSING.value,
            "attempts": row.new_attempt(attempt),
            "next_dispatch_at": row.after_now(row.FIRST_DISPATCH_PAUSE_MS),
            "dispatch_pause_ms": row.FIRST_DISPATCH_PAUSE_MS,
            "events": row.event("dispatched", provider),
        }
        unfinished = {"$elemMatch": {"outcome": None}}
        condition = {
            "status": {"$in": [status.value for status in RUNNING]},
            "$and": [{"attempts": {"$size": after}}, {"attempts": {"$not": unfinished}}],
            "$expr": row.HAS_TIME,
        }
        return row.left_ms_of(await self._write(job_id, condition, change, row.LEFT_ONLY))

    async def finish_done(self, job_id: str, delivery: Delivery) -> EndedJob | None:
        """End the job with its picture, if there is time left and the attempt is still this owner's."""
        result = delivery.result
        ended = {
            "outcome": AttemptOutcome.DELIVERED.value,
            "ended": row.NOW,
            "provider_reference": literal(delivery.provider_reference),
            "provider_ms": delivery.provider_ms,
        }
        if delivery.call is not None:
            ended["ledger"] = row.call_closed(delivery.call)
        change = {
            "result_key": literal(result.key),
            "result_mime_type": result.type.value,
            "result_size_bytes": result.size_bytes,
            "result_width": result.width,
            "result_height": result.height,
            "result_sha256": result.sha256,
            "result_inline_base64": literal(delivery.inline_base64),
            "attempts": row.change_attempt(delivery.n, ended),
        }
        condition = {**row.owned_attempt(delivery.n, delivery.owner), "$expr": row.HAS_TIME}
        responded = ("provider_responded", AttemptOutcome.DELIVERED.value)
        ended_row = await self._finish(
            job_id, JobStatus.DONE, condition, change, before=(responded,), fields=row.ENDED_ONLY
        )
        return None if ended_row is None else EndedJob.model_validate(ended_row)

    async def finish_failed(
        self, job_id: str, reason: FailureReason, *, detail: str, retry_after_seconds: float | None = None
    ) -> Job | None:
        change = {
            "failure_reason": reason.value,
            "failure_detail": literal(detail[:MAX_DETAIL_CHARS]),
            "retry_after_seconds": retry_after_seconds,
        }
        return as_job(await self._finish(job_id, JobStatus.FAILED, {}, change))

    async def finish_timeout(self, job_id: str) -> Job | None:
        """End the job as `timeout`; only from the deadline less the answer reserve on.

        The row says how far it had come: `failure_detail` is a `TimeoutStage`.
        """
        change = {"failure_reason": FailureReason.TIMEOUT.value, "failure_detail": row.timeout_stage()}
        return as_job(await self._finish(job_id, JobStatus.TIMEOUT, {"$expr": row.WINDOW_IS_OVER}, change))

    async def finish_cancelled(self, job_id: str, *, detail: str) -> Job | None:
        change = {
            "failure_reason": FailureReason.CANCELLED.value,
            "failure_detail": literal(detail[:MAX_DETAIL_CHARS]),
        }
        return as_job(await self._finish(job_id, JobStatus.CANCELLED, {}, change))

    async def clear_inline(self, job_id: str) -> None:
        """Drop the inline copy once the synchronous answer has been sent; every other `result_*` field stays."""
        with translated():
            await self._jobs.update_one(
                {"_id": job_id, "result_inline_base64": {"$type": "string"}}, {"$set": {"result_inline_base64": None}}
            )

    # -- one place for every write

    async def _finish(
        self,
        job_id: str,
        new: JobStatus,
        condition: Document,
        change: Document,
        *,
        before: tuple[tuple[str, str], ...] = (),
        fields: Document = row.ROW_FIELDS,
    ) -> Document | None:
        """Write a terminal state once. Whose write won is read from `finalized_by` when the answer is lost."""
        token = uuid.uuid4().hex
        change = {
            **change,
            "status": new.value,
            "is_finalized": True,
            "finalized_at": row.NOW,
            "finalized_by": token,
            "expires_at": row.after_now("$retention_ms"),
            "next_dispatch_at": None,
            "events": row.events(*before, (new.value, "")),
        }
        condition = {**condition, "status": {"$in": [status.value for status in states_leading_to(new)]}}
        try:
            return await self._write(job_id, condition, change, fields)
        except DatabaseUnavailable:
            document = await self._confirmed(job_id, fields)
        if document is not None and document.get("finalized_by") == token:
            return document
        if document is not None and not document["is_finalized"]:
            raise DatabaseUnavailable("the write's end is not known")
        return None

    async def _write(self, job_id: str, condition: Document, change: Document, fields: Document) -> Document | None:
        with translated():
            return await self._jobs.find_one_and_update(
                {"_id": job_id, **condition},
                [{"$set": change}],
                projection=fields,
                return_document=ReturnDocument.AFTER,
            )


_PLAIN_FIELDS = frozenset(
    {
        "window_ms",
        "answer_reserve_ms",
        "retention_ms",
        "inline_max_bytes",
        "public_id",
        "reply_to",
        "traceparent",
    }
)
