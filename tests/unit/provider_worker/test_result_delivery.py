"""A finished picture into store and row, or no trace of it."""

import asyncio
import base64
from dataclasses import replace

import pytest

from photochanger.background import Background
from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.infrastructure.media_store import Bucket
from photochanger.observability import Telemetry
from photochanger.provider_worker import result_delivery
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.picture_maker import MadePicture
from photochanger.provider_worker.result_delivery import ResultDelivery
from tests.provider_fakes import JOB_ID, OWNER, FakeFinalizer, FakeJobs, FakeStore, job_row

KEY = f"2026/11/24/{JOB_ID}/1"


class Delivering:
    def __init__(self, *, ended: Job | None, row: Job | None = None) -> None:
        self.store, self.finalizer = FakeStore(), FakeFinalizer(ended)
        self.background = Background(Telemetry("test"))
        self.delivery = ResultDelivery(FakeJobs(row), self.finalizer, self.store, self.background, owner=OWNER)
        self.assignment = Assignment.of(job_row(), 1, asked_at=asyncio.get_running_loop().time())

    async def deliver(self, data: bytes = b"picture") -> AttemptEnd | None:
        picture = FinishedPicture(data, PictureType.JPEG, 1024, 768, "cd" * 32)
        return await self.delivery.deliver(self.assignment, MadePicture(picture, "r-1", 1_500, answered_at=0.0))


async def test_the_object_is_there_before_the_row_says_done() -> None:
    delivering = Delivering(ended=job_row())

    assert await delivering.deliver() is None
    data, metadata = delivering.store.objects[Bucket.RESULTS, KEY]
    assert data == b"picture"
    assert metadata == {
        "sha256": "cd" * 32,
        "type": "image/jpeg",
        "width": "1024",
        "height": "768",
        "provider-reference": "r-1",
    }


async def test_a_small_picture_travels_in_the_row_too() -> None:
    delivering = Delivering(ended=job_row())

    await delivering.deliver(b"x" * 1_000)

    assert delivering.finalizer.deliveries[0].inline_base64 == base64.b64encode(b"x" * 1_000).decode()


async def test_a_larger_picture_does_not() -> None:
    delivering = Delivering(ended=job_row())

    await delivering.deliver(b"x" * 1_001)

    assert delivering.finalizer.deliveries[0].inline_base64 is None


async def test_a_picture_that_comes_late_leaves_no_object() -> None:
    delivering = Delivering(ended=None, row=job_row(status=JobStatus.TIMEOUT, is_finalized=True))

    end = await delivering.deliver()

    assert end is not None
    assert end.outcome is AttemptOutcome.LATE
    assert delivering.store.objects == {}


async def test_a_picture_that_is_on_its_way_at_the_deadline_leaves_no_object() -> None:
    delivering = Delivering(ended=None, row=job_row(status=JobStatus.TIMEOUT, is_finalized=True))
    delivering.store.put_seconds = 0.1
    deadline_at = asyncio.get_running_loop().time() + 0.03
    delivering.assignment = replace(delivering.assignment, deadline_at=deadline_at)

    end = await delivering.deliver()
    await asyncio.sleep(delivering.store.put_seconds)

    assert end is not None
    assert end.outcome is AttemptOutcome.LATE
    assert delivering.store.objects == {}


async def test_a_store_that_is_too_slow_for_the_window_is_its_end_and_no_fault_of_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(result_delivery, "ARRIVES_SECONDS", 0.02)
    monkeypatch.setattr(result_delivery, "AGAIN_SECONDS", (0.02, 0.2))
    delivering = Delivering(ended=job_row())
    delivering.store.put_seconds = 0.2
    deadline_at = asyncio.get_running_loop().time() + 0.03
    delivering.assignment = replace(delivering.assignment, deadline_at=deadline_at)

    async with delivering.background:
        end = await delivering.deliver()

    assert end is not None
    assert end.outcome is AttemptOutcome.CUT
    assert delivering.finalizer.deliveries == []
    assert delivering.store.objects == {}


async def test_a_write_that_won_without_our_knowing_keeps_its_object() -> None:
    delivering = Delivering(ended=None, row=job_row(status=JobStatus.DONE, is_finalized=True, result_key=KEY))

    assert await delivering.deliver() is None
    assert (Bucket.RESULTS, KEY) in delivering.store.objects


async def test_one_failed_put_is_tried_again() -> None:
    delivering = Delivering(ended=job_row())
    delivering.store.failures = 1

    assert await delivering.deliver() is None


async def test_a_store_that_takes_nothing_ends_the_attempt_as_storage() -> None:
    delivering = Delivering(ended=job_row())
    delivering.store.failures = 2

    end = await delivering.deliver()

    assert end is not None
    assert end.outcome is AttemptOutcome.STORAGE
    assert delivering.finalizer.deliveries == []


async def test_a_stored_picture_is_adopted_as_it_was_described() -> None:
    first = Delivering(ended=job_row())
    await first.deliver()
    second = Delivering(ended=job_row())
    second.store.objects = first.store.objects

    assert await second.delivery.adopt(second.assignment)

    assert second.finalizer.deliveries[0].result == first.finalizer.deliveries[0].result
    assert second.finalizer.deliveries[0].provider_reference == "r-1"


async def test_nothing_stored_is_nothing_to_adopt() -> None:
    delivering = Delivering(ended=job_row())

    assert not await delivering.delivery.adopt(delivering.assignment)


async def test_an_object_that_does_not_say_what_it_is_is_not_adopted() -> None:
    delivering = Delivering(ended=job_row())
    delivering.store.objects[Bucket.RESULTS, KEY] = (b"picture", {"sha256": "cd" * 32})

    assert not await delivering.delivery.adopt(delivering.assignment)
