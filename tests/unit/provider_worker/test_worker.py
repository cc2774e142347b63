"""One message: claimed, run, ended, acknowledged last."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from photochanger import topology
from photochanger.background import Background
from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.job_row import LEASE_MS
from photochanger.infrastructure.media_store import Bucket
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.messages import PhotoTask
from photochanger.observability import Telemetry
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.attempt_ends import AttemptEnds
from photochanger.provider_worker.claims import Claims
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.result_delivery import ResultDelivery
from photochanger.provider_worker.running_attempts import RunningAttempts
from photochanger.provider_worker.stored_result import describe
from photochanger.provider_worker.worker import ProviderWorker
from tests.provider_fakes import (
    JOB_ID,
    OWNER,
    FakeAttempts,
    FakeDecoder,
    FakeFinalizer,
    FakeJobs,
    FakeStore,
    ListeningBroker,
    ScriptedAdapter,
    Step,
    attempt_row,
    job_row,
    picture_maker,
)

DONE = job_row(status=JobStatus.DONE, is_finalized=True)
DELIVERY = Delivery(b"", {}, None, None, redelivered=False, delivery_count=0, queue="q")


@dataclass
class Working:
    """A worker with everything around it."""

    step: Step
    claimed: Job | None = field(default_factory=job_row)
    row: Job | None = None

    def __post_init__(self) -> None:
        self.telemetry = Telemetry("test")
        self.adapter, self.attempts, self.broker = (
            ScriptedAdapter(self.step),
            FakeAttempts(self.claimed),
            ListeningBroker(),
        )
        self.store, self.finalizer, jobs = FakeStore(), FakeFinalizer(DONE), FakeJobs(self.row)
        metrics = self.telemetry.metrics
        ends = AttemptEnds(self.attempts, self.broker, metrics, owner=OWNER)
        maker = picture_maker(self.adapter, self.attempts, self.telemetry, decoder=FakeDecoder())
        self.worker = ProviderWorker(
            RunningAttempts(),
            Claims(jobs, self.attempts, ends, owner=OWNER),
            maker=maker,
            delivery=ResultDelivery(jobs, self.finalizer, self.store, Background(self.telemetry), owner=OWNER),
            ends=ends,
            places=AnswerPlaces(4),
            telemetry=self.telemetry,
        )

    async def on_task(self, n: int = 1) -> None:
        await self.worker.on_task(PhotoTask(job_id=JOB_ID, attempt=n, provider="gemini"), DELIVERY)


async def slow_picture(_: ProviderRequest) -> ProviderAnswer:
    await asyncio.sleep(0.1)
    return ProviderAnswer(b"picture")


async def test_a_photo_is_delivered() -> None:
    working = Working(ProviderAnswer(b"picture"))

    await working.on_task()

    assert len(working.finalizer.deliveries) == 1
    assert working.broker.published == []


def freshly_claimed() -> Job:
    """Attempt 1 as its very first claim gives it, the call that follows counted."""
    started = datetime(2026, 11, 24, 12, tzinfo=UTC)
    lease_until = started + timedelta(milliseconds=LEASE_MS)
    return job_row(attempt_row(calls=1, owner=OWNER, started=started, lease_until=lease_until))


async def test_a_fresh_attempt_whose_claim_counted_the_call_is_called_at_once_and_written_no_second_time() -> None:
    working = Working(ProviderAnswer(b"picture"), claimed=freshly_claimed())
    unlooked_for = FinishedPicture(b"other", PictureType.JPEG, 1024, 768, "ef" * 32)
    key = f"2026/11/24/{JOB_ID}/1"
    working.store.objects[Bucket.RESULTS, key] = (b"other", describe(unlooked_for, provider_reference=None))

    await working.on_task()

    assert len(working.adapter.requests) == 1
    assert working.attempts.calls == 0
    assert len(working.finalizer.deliveries) == 1


async def test_after_a_counted_call_failed_the_next_one_is_written() -> None:
    async def fail_once(_: ProviderRequest) -> ProviderAnswer:
        if len(working.adapter.requests) == 1:
            raise ProviderFailure(FailureKind.NO_IMAGE, "text only")
        return ProviderAnswer(b"picture")

    working = Working(fail_once, claimed=freshly_claimed())

    await working.on_task()

    assert len(working.adapter.requests) == 2
    assert working.attempts.calls == 1


async def test_an_end_without_a_picture_is_in_the_row_before_the_dispatcher_hears_of_it() -> None:
    working = Working(ProviderFailure(FailureKind.REFUSED, "IMAGE_SAFETY: no"))

    await working.on_task()

    assert [(end.outcome, end.detail) for end in working.attempts.ends] == [
        (AttemptOutcome.REFUSED, "IMAGE_SAFETY: no")
    ]
    assert [message.routing_key for message in working.broker.published] == [topology.OUTCOMES.name]


async def test_an_end_of_a_job_that_ended_meanwhile_is_nobodys_business() -> None:
    working = Working(ProviderFailure(FailureKind.REFUSED, ""))
    working.attempts.row_after_end = DONE

    await working.on_task()

    assert working.broker.published == []


async def test_a_redelivered_message_joins_the_running_attempt() -> None:
    working = Working(slow_picture)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(working.on_task())
        await asyncio.sleep(0.02)
        working.attempts._claims = [None]
        tasks.create_task(working.on_task())

    assert len(working.adapter.requests) == 1


async def test_a_defect_ends_its_attempt_and_not_the_worker() -> None:
    working = Working(KeyError("canary"))

    await working.on_task()

    assert [(end.outcome, end.detail) for end in working.attempts.ends] == [(AttemptOutcome.INTERNAL, "KeyError")]
    assert b"background_errors_total" in working.telemetry.render()


async def test_a_silent_database_brings_the_message_again() -> None:
    working = Working(ProviderFailure(FailureKind.REFUSED, ""), claimed=job_row(left_ms=700))
    working.attempts.unavailable, working.attempts.silent_writes = DatabaseUnavailable, 100

    with pytest.raises(DatabaseUnavailable):
        await working.on_task()

    assert working.broker.published == []


async def test_a_database_silent_for_a_moment_loses_nothing() -> None:
    working = Working(ProviderFailure(FailureKind.REFUSED, ""))
    working.attempts.unavailable, working.attempts.silent_writes = DatabaseUnavailable, 2

    await working.on_task()

    assert len(working.attempts.ends) == 1
    assert len(working.adapter.requests) == 1


async def test_a_stored_picture_of_a_dead_process_is_adopted_without_a_call() -> None:
    working = Working(ProviderAnswer(b"other"), claimed=job_row(attempt_row(calls=1, takeovers=1)))
    picture = FinishedPicture(b"picture", PictureType.JPEG, 1024, 768, "cd" * 32)
    key = f"2026/11/24/{JOB_ID}/1"
    working.store.objects[Bucket.RESULTS, key] = (picture.data, describe(picture, provider_reference="r-1"))

    await working.on_task()

    assert working.adapter.requests == []
    assert working.finalizer.deliveries[0].result.sha256 == "cd" * 32


async def test_a_call_that_died_with_its_process_is_written_off_and_made_once_more() -> None:
    lost = attempt_row(calls=1, outcome=AttemptOutcome.LOST)
    working = Working(ProviderAnswer(b"picture"), claimed=job_row(attempt_row(calls=1, takeovers=1)))
    working.attempts.replaced = job_row(lost, attempt_row(2))

    await working.on_task()

    assert [delivery.n for delivery in working.finalizer.deliveries] == [2]


async def test_an_attempt_that_died_before_its_call_keeps_its_number() -> None:
    working = Working(ProviderAnswer(b"picture"), claimed=job_row(attempt_row(takeovers=1)))

    await working.on_task()

    assert [delivery.n for delivery in working.finalizer.deliveries] == [1]


async def test_a_call_whose_reference_was_kept_is_resumed_under_its_attempts_number() -> None:
    kept = attempt_row(calls=1, takeovers=1, provider_reference="q-7")
    working = Working(ProviderAnswer(b"picture"), claimed=job_row(kept))

    await working.on_task()

    assert [request.reference for request in working.adapter.requests] == ["q-7"]
    assert [delivery.n for delivery in working.finalizer.deliveries] == [1]
    assert working.attempts.calls == 0, "a resumed call is not counted again"
