"""What was queued and paid is fetched by whoever takes the attempt over; its input links end with the attempt."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from photochanger import topology
from photochanger.domain.job import AttemptOutcome, Job, JobStatus, PhotoRecord
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker_messages import outgoing
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_keys import source_key, source_prefix
from photochanger.infrastructure.media_store import Bucket
from photochanger.infrastructure.public_link_repository import PublicLinkRepository
from photochanger.messages import PhotoTask
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.service import Servers, serving
from photochanger.provider_worker.settings import ProviderSettings
from provider_turbotext.adapter import Pace, TurbotextAdapter, turbotext_adapter
from tests.booth_pictures import jpeg_photograph
from tests.job_rows import new_job, new_slot
from tests.turbotext_fake import FakeTurbotext, fake_turbotext

KEY = SecretStr("integration-key")


async def current_key() -> SecretStr:
    return KEY


class NamedAdapter:
    """The Turbotext adapter under a queue of the test's own."""

    def __init__(self, inner: TurbotextAdapter) -> None:
        self._inner = inner
        self.manifest: ProviderManifest = inner.manifest.model_copy(
            update={"name": f"turbotext-{uuid.uuid4().hex[:8]}"}
        )

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        return await self._inner.call(request)


@dataclass
class Studio:
    """A worker process, the provider, and the rows between."""

    servers: Servers
    settings: ProviderSettings
    adapter: NamedAdapter
    fake: FakeTurbotext
    jobs: JobRepository
    attempts: AttemptRepository
    links: PublicLinkRepository

    async def admit(self) -> Job:
        data = jpeg_photograph(side=400)
        job_id, info = str(uuid.uuid4()), inspect_photo(data)
        photo = PhotoRecord(
            key=source_key(job_id),
            type=info.type,
            size_bytes=len(data),
            width=info.width,
            height=info.height,
            orientation=info.orientation,
            has_alpha=info.has_alpha,
            sha256=hashlib.sha256(data).hexdigest(),
        )
        await self.servers.store.put(Bucket.SOURCES, photo.key, data, content_type=PictureType.JPEG.value)
        name = self.adapter.manifest.name
        slot = new_slot(provider=name, operation="image_edit", params={"prompt": "a party"})
        await self.jobs.admit(replace(new_job(slot), id=job_id, photo=photo), left_ms=20_000)
        job = await self.jobs.start_attempt(
            job_id, route=0, provider=name, operation=slot.operation, cut_left_ms=500, after=0
        )
        assert job is not None
        return job

    async def dispatch(self, job: Job) -> None:
        task = PhotoTask(job_id=job.id, attempt=1, provider=self.adapter.manifest.name)
        queue = topology.provider_queue(self.adapter.manifest.name)
        assert await self.servers.broker.publish(outgoing(queue, task, job_id=job.id)) == "confirmed"

    async def row(self, job: Job) -> Job:
        row = await self.jobs.get(job.id)
        assert row is not None
        return row

    async def ended(self, job: Job) -> Job:
        async with asyncio.timeout(15):
            while not (row := await self.row(job)).is_finalized:
                await asyncio.sleep(0.05)
        return row

    async def left_by_a_dead_process(self, job: Job, *, queue_id: str | None) -> None:
        """Another owner claimed attempt 1, called, kept the queue id if it knew one, and died."""
        assert await self.attempts.claim(job.id, 1, "dead") is not None
        assert await self.attempts.note_call(job.id, 1, "dead")
        if queue_id is not None:
            assert await self.attempts.keep_reference(job.id, 1, "dead", reference=queue_id)
        await self.servers.mongo.database["jobs"].update_one(
            {"_id": job.id}, {"$set": {"attempts.0.lease_until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )

    async def tokens(self, job: Job) -> list[str]:
        found = await self.servers.mongo.database["public_links"].find({"job_id": job.id}).to_list(None)
        return [link["_id"] for link in found]

    async def is_over(self, token: str) -> bool:
        found = await self.links.find(token)
        assert found is not None
        return found.is_over

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        async with serving(self.settings, self.servers, self.adapter):
            async with asyncio.timeout(20):
                while await self.servers.broker.readiness() is not None:
                    await asyncio.sleep(0.05)
            yield
            await self.servers.broker.drain(5)


@pytest.fixture
async def studio(servers: Servers, settings: ProviderSettings) -> AsyncIterator[Studio]:
    async with (
        fake_turbotext() as fake,
        turbotext_adapter(current_key, fake.url, result_hosts=(), pace=Pace(0.05, 0.1)) as adapter,
    ):
        database = servers.mongo.database
        repositories = JobRepository(database), AttemptRepository(database), PublicLinkRepository(database)
        studio = Studio(servers, settings, NamedAdapter(adapter), fake, *repositories)
        async with studio.working():
            yield studio


async def until_queued(studio: Studio, job: Job) -> str:
    async with asyncio.timeout(10):
        while (reference := (await studio.row(job)).attempts[0].provider_reference) is None:
            await asyncio.sleep(0.02)
    return reference


async def test_the_queue_id_is_on_the_attempt_while_turbotext_works(studio: Studio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)

    assert await until_queued(studio, job) == "4711"

    studio.fake.is_ready.set()
    assert (await studio.ended(job)).status is JobStatus.DONE
    assert len(studio.fake.queued) == 1


async def test_a_call_of_a_dead_owner_is_resumed_and_not_paid_again(studio: Studio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job, queue_id="815")

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert row.status is JobStatus.DONE
    (attempt,) = row.attempts
    assert (attempt.outcome, attempt.provider_reference) == (AttemptOutcome.DELIVERED, "815")
    assert (attempt.calls, attempt.takeovers) == (1, 1)
    assert studio.fake.queued == []


async def test_a_call_of_a_dead_owner_without_a_queue_id_is_made_once_more(studio: Studio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job, queue_id=None)

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert [attempt.outcome for attempt in row.attempts] == [AttemptOutcome.LOST, AttemptOutcome.DELIVERED]
    assert len(studio.fake.queued) == 1


async def test_a_new_call_forgets_the_reference_of_the_one_that_gave_nothing(studio: Studio) -> None:
    job = await studio.admit()
    await studio.attempts.claim(job.id, 1, "A")
    await studio.attempts.note_call(job.id, 1, "A")
    await studio.attempts.keep_reference(job.id, 1, "A", reference="1")

    await studio.attempts.note_call(job.id, 1, "A")

    assert (await studio.row(job)).attempts[0].provider_reference is None


async def test_only_the_attempts_owner_keeps_a_reference(studio: Studio) -> None:
    job = await studio.admit()
    await studio.attempts.claim(job.id, 1, "A")

    assert not await studio.attempts.keep_reference(job.id, 1, "B", reference="$owner")
    assert await studio.attempts.keep_reference(job.id, 1, "A", reference="$owner")
    assert (await studio.row(job)).attempts[0].provider_reference == "$owner"


async def test_input_links_live_while_the_attempt_runs_and_are_over_with_it(studio: Studio) -> None:
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


async def test_links_are_over_at_the_deadline_whoever_ended_the_job(studio: Studio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)
    await until_queued(studio, job)
    (token,) = await studio.tokens(job)

    await studio.servers.mongo.database["public_links"].update_one({"_id": token}, [{"$set": {"ends_at": "$$NOW"}}])

    assert await studio.is_over(token)


async def test_a_link_is_forgotten_after_its_day(studio: Studio) -> None:
    studio.fake.is_ready.clear()
    job = await studio.admit()
    await studio.dispatch(job)
    await until_queued(studio, job)
    (token,) = await studio.tokens(job)

    await studio.servers.mongo.database["public_links"].update_one({"_id": token}, [{"$set": {"forget_at": "$$NOW"}}])

    assert await studio.links.find(token) is None
