"""A finished picture into the store and the row, or without a trace when the job has ended."""

import asyncio
import base64

from photochanger.background import Background
from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.domain.result import ResultInfo
from photochanger.failpoints import failpoint
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import Delivery, JobRepository
from photochanger.infrastructure.media_store import DEFAULT_SECONDS, Bucket, MediaStore, StoreUnavailable
from photochanger.observability import get_logger
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.persistence import until_written
from photochanger.provider_worker.picture_maker import MadePicture
from photochanger.provider_worker.stored_result import describe, recognise

PUT_ATTEMPTS = 2
#: A picture that is on its way at the deadline is waited for so long: only what has arrived can be removed.
ARRIVES_SECONDS = 1.0
#: A slow line may bring it later still: it is removed again after each of these pauses.
AGAIN_SECONDS = (2.0, 4.0)
_ALL_AGAIN_SECONDS = 20.0

log = get_logger(__name__)


class ResultDelivery:
    """Delivers under this process's name, `owner`."""

    def __init__(
        self, jobs: JobRepository, finalizer: JobFinalizer, store: MediaStore, background: Background, *, owner: str
    ) -> None:
        self._jobs = jobs
        self._finalizer = finalizer
        self._store = store
        self._background = background
        self._owner = owner

    async def deliver(self, assignment: Assignment, made: MadePicture) -> AttemptEnd | None:
        """Store the picture and end the job with it; None when the row has it. Raises `DatabaseUnavailable`."""
        not_stored = await self._put(assignment, made)
        if not_stored is not None:
            return not_stored
        failpoint("provider.after_put")
        picture = made.picture
        fits = len(picture.data) <= assignment.job.inline_max_bytes
        delivery = Delivery(
            n=assignment.n,
            owner=self._owner,
            result=ResultInfo(
                key=assignment.result_key,
                type=picture.type,
                size_bytes=len(picture.data),
                width=picture.width,
                height=picture.height,
                sha256=picture.sha256,
            ),
            inline_base64=base64.b64encode(picture.data).decode() if fits else None,
            provider_reference=made.provider_reference,
            provider_ms=made.provider_ms,
        )
        return await self._finish(assignment, delivery)

    async def adopt(self, assignment: Assignment) -> bool:
        """End the job with the picture that an earlier owner of this attempt has stored, if there is one.

        Raises `DatabaseUnavailable` and `StoreUnavailable`: then nothing is known, and nothing may be paid again.
        """
        found = await self._store.head(Bucket.RESULTS, assignment.result_key)
        stored = None if found is None else recognise(assignment.result_key, found)
        if stored is None:
            return False
        delivery = Delivery(
            n=assignment.n, owner=self._owner, result=stored.info, provider_reference=stored.provider_reference
        )
        log.info("stored_result_adopted", job_id=assignment.job.id, attempt=assignment.n)
        await self._finish(assignment, delivery)
        return True

    async def _put(self, assignment: Assignment, made: MadePicture) -> AttemptEnd | None:
        metadata = describe(made.picture, provider_reference=made.provider_reference)
        now = asyncio.get_running_loop().time
        for attempt in range(PUT_ATTEMPTS):
            left = max(0.0, assignment.deadline_at - now())
            try:
                await self._store.put(
                    Bucket.RESULTS,
                    assignment.result_key,
                    made.picture.data,
                    content_type=made.picture.type.value,
                    metadata=metadata,
                    sha256=made.picture.sha256,
                    timeout_seconds=min(DEFAULT_SECONDS, left + ARRIVES_SECONDS),
                )
                return None
            except StoreUnavailable:
                if now() >= assignment.deadline_at:
                    await self._discard(assignment)
                    self._background.start(
                        self._discard_again(assignment), name="late_object", timeout_seconds=_ALL_AGAIN_SECONDS
                    )
                    return _end(AttemptOutcome.CUT, made, "the window was over while the picture was stored")
                is_last = attempt == PUT_ATTEMPTS - 1
                log.warning("result_not_stored", job_id=assignment.job.id, next="end" if is_last else "try again")
        return _end(AttemptOutcome.STORAGE, made, "the store did not take the picture")

    async def _finish(self, assignment: Assignment, delivery: Delivery) -> AttemptEnd | None:
        job = await until_written(
            lambda: self._finalizer.done(assignment.job.id, delivery), give_up_at=assignment.deadline_at
        )
        if job is not None:
            self._background.telemetry.metrics.provider_attempts.add(
                1, {"provider": assignment.attempt.provider, "outcome": AttemptOutcome.DELIVERED.value}
            )
            return None
        row = await until_written(lambda: self._jobs.confirm(assignment.job.id), give_up_at=assignment.deadline_at)
        if row is not None and row.status is JobStatus.DONE and row.result_key == delivery.result.key:
            return None
        await self._discard(assignment)
        self._background.telemetry.metrics.late_results.add(1, {"provider": assignment.attempt.provider})
        log.warning("late_result_discarded", job_id=assignment.job.id, attempt=assignment.n, next="nothing")
        return AttemptEnd(
            AttemptOutcome.LATE,
            "the picture came after the job had ended",
            provider_reference=delivery.provider_reference,
            provider_ms=delivery.provider_ms,
        )

    async def _discard_again(self, assignment: Assignment) -> None:
        for pause in AGAIN_SECONDS:
            await asyncio.sleep(pause)
            await self._discard(assignment)

    async def _discard(self, assignment: Assignment) -> None:
        try:
            await self._store.delete(Bucket.RESULTS, assignment.result_key)
        except StoreUnavailable:
            log.warning("late_object_not_deleted", job_id=assignment.job.id, next="the janitor removes it")


def _end(outcome: AttemptOutcome, made: MadePicture, detail: str) -> AttemptEnd:
    return AttemptEnd(outcome, detail, provider_reference=made.provider_reference, provider_ms=made.provider_ms)
