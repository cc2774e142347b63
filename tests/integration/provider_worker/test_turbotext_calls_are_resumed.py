"""What was queued and paid is fetched by whoever takes the attempt over; its input links end with the attempt."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure.media_keys import source_prefix
from photochanger.infrastructure.media_store import Bucket
from photochanger.infrastructure.public_link_repository import PublicLinkRepository
from photochanger.provider_worker.service import Servers
from photochanger.provider_worker.settings import ProviderSettings
from provider_turbotext.adapter import Pace, turbotext_adapter
from tests.integration.provider_worker.conftest import the_key
from tests.integration.provider_worker.studio import HookedAdapter, WorkerStudio
from tests.turbotext_fake import FakeTurbotext, fake_turbotext


@dataclass
class TurbotextStudio(WorkerStudio):
    fake: FakeTurbotext

    def __post_init__(self) -> None:
        super().__post_init__()
        self.links = PublicLinkRepository(self.servers.mongo.database)

    async def tokens(self, job: Job) -> list[str]:
        found = await self.servers.mongo.database["public_links"].find({"job_id": job.id}).to_list(None)
        return [link["_id"] for link in found]

    async def is_over(self, token: str) -> bool:
        found = await self.links.find(token)
        assert found is not None
        return found.is_over


@pytest.fixture
async def studio(servers: Servers, settings: ProviderSettings) -> AsyncIterator[TurbotextStudio]:
    async with (
        fake_turbotext() as fake,
        turbotext_adapter(the_key, fake.url, result_hosts=(), pace=Pace(0.05, 0.1)) as adapter,
    ):
        studio = TurbotextStudio(servers, settings, HookedAdapter(adapter), Operation.IMAGE_EDIT, fake)
        async with studio.working():
            yield studio


async def until_queued(studio: TurbotextStudio, job: Job) -> str:
    async with asyncio.timeout(10):
        while (reference := (await studio.row(job)).attempts[0].provider_reference) is None:
            await asyncio.sleep(0.02)
    return reference


async def test_the_queue_id_is_on_the_attempt_while_turbotext_works(studio: TurbotextStudio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)

    assert await until_queued(studio, job) == "4711"

    studio.fake.is_ready.set()
    assert (await studio.ended(job)).status is JobStatus.DONE
    assert len(studio.fake.queued) == 1


async def test_a_call_of_a_dead_owner_is_resumed_and_not_paid_again(studio: TurbotextStudio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job, reference="815")

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert row.status is JobStatus.DONE
    (attempt,) = row.attempts
    assert (attempt.outcome, attempt.provider_reference) == (AttemptOutcome.DELIVERED, "815")
    assert (attempt.calls, attempt.takeovers) == (1, 1)
    assert studio.fake.queued == []


async def test_a_call_of_a_dead_owner_without_a_queue_id_is_made_once_more(studio: TurbotextStudio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job)

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert [attempt.outcome for attempt in row.attempts] == [AttemptOutcome.LOST, AttemptOutcome.DELIVERED]
    assert len(studio.fake.queued) == 1


async def test_a_new_call_forgets_the_reference_of_the_one_that_gave_nothing(studio: TurbotextStudio) -> None:
    job = await studio.admit()
    await studio.attempts.claim(job.id, 1, "A")
    await studio.attempts.note_call(job.id, 1, "A")
    await studio.attempts.keep_reference(job.id, 1, "A", reference="1")

    await studio.attempts.note_call(job.id, 1, "A")

    assert (await studio.row(job)).attempts[0].provider_reference is None


async def test_only_the_attempts_owner_keeps_a_reference(studio: TurbotextStudio) -> None:
    job = await studio.admit()
    await studio.attempts.claim(job.id, 1, "A")

    assert not await studio.attempts.keep_reference(job.id, 1, "B", reference="$owner")
    assert await studio.attempts.keep_reference(job.id, 1, "A", reference="$owner")
    assert (await studio.row(job)).attempts[0].provider_reference == "$owner"


async def test_input_links_live_while_the_attempt_runs_and_are_over_with_it(studio: TurbotextStudio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)
    await until_queued(studio, job)

    (token,) = await studio.tokens(job)
    assert not await studio.is_over(token)

    studio.fake.is_ready.set()
    await studio.ended(job)
    assert await studio.is_over(token)
    async with asyncio.timeout(5):
        while await studio.servers.store.list(Bucket.SOURCES, source_prefix(job.id), limit=10):
            await asyncio.sleep(0.05)


async def test_links_are_over_at_the_deadline_whoever_ended_the_job(studio: TurbotextStudio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)
    await until_queued(studio, job)
    (token,) = await studio.tokens(job)

    await studio.servers.mongo.database["public_links"].update_one({"_id": token}, [{"$set": {"ends_at": "$$NOW"}}])

    assert await studio.is_over(token)


async def test_a_link_is_forgotten_after_its_day(studio: TurbotextStudio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)
    await until_queued(studio, job)
    (token,) = await studio.tokens(job)

    await studio.servers.mongo.database["public_links"].update_one({"_id": token}, [{"$set": {"forget_at": "$$NOW"}}])

    assert await studio.links.find(token) is None
