"""A disabled slot takes its running photos along, even when whoever disabled it died right after."""

import uuid

import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Job, JobSource, JobStatus
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.integration.dispatcher.conftest import Booth, PlayedProvider
from tests.job_rows import new_job, new_slot


@pytest.fixture
def disabled_soon(mongo: Mongo, gemini: PlayedProvider, jobs: JobRepository) -> "DisabledSoon":
    return DisabledSoon(mongo, gemini, jobs)


class DisabledSoon:
    """A slot with photos in work."""

    def __init__(self, mongo: Mongo, gemini: PlayedProvider, jobs: JobRepository) -> None:
        self.slot = new_slot(
            id=f"s-{uuid.uuid4().hex[:12]}", provider=gemini.route.provider, operation=gemini.route.operation
        )
        self._jobs, self._slots = jobs, SlotRepository(mongo.database)

    async def admit(self, source: JobSource = JobSource.INGEST) -> Job:
        return await self._jobs.admit(new_job(self.slot, source=source), left_ms=20_000)

    async def disable(self) -> None:
        await self._slots.insert_if_missing(self.slot.model_copy(update={"is_active": False}))


async def test_photos_of_a_disabled_slot_are_cancelled_within_two_seconds(
    disabled_soon: DisabledSoon, booth: Booth, gemini: PlayedProvider
) -> None:
    pending, processing = await disabled_soon.admit(), await disabled_soon.admit()
    await booth.tell(processing)
    await gemini.task()

    await disabled_soon.disable()

    for job in (pending, processing):
        ended = await booth.ended(job, within_seconds=2)
        assert (ended.status, ended.failure_reason) == (JobStatus.CANCELLED, FailureReason.CANCELLED)
        assert ended.failure_detail == "the slot was disabled"


async def test_test_runs_of_a_disabled_slot_and_photos_of_others_go_on(
    disabled_soon: DisabledSoon, booth: Booth, gemini: PlayedProvider
) -> None:
    test_run, other = await disabled_soon.admit(JobSource.TEST_RUN), await booth.admit(gemini.route, left_ms=20_000)
    photo = await disabled_soon.admit()

    await disabled_soon.disable()

    await booth.ended(photo, within_seconds=2)
    assert not (await booth.row(test_run)).is_finalized
    assert not (await booth.row(other)).is_finalized
