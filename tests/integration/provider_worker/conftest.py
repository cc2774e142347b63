"""The provider loop with the Gemini adapter between real servers; the sandbox is Gemini."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger import topology
from photochanger.background import Background
from photochanger.domain.job import Attempt, Job, PhotoRecord
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, outgoing
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_keys import source_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.messages import PhotoOutcome, PhotoTask
from photochanger.observability import Telemetry
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.service import Servers, serving
from photochanger.provider_worker.settings import ProviderSettings
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.job_rows import new_job, new_slot
from tests.servers import RunningMinio, RunningServer

KEY = SecretStr("integration-key")


@dataclass
class Sandbox:
    """Gemini as far as we know it."""

    url: str

    async def calls(self, prompt: str) -> list[dict[str, object]]:
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"{self.url}/control/calls", params={"prompt_contains": prompt})
            found: list[dict[str, object]] = (await answer.json())["calls"]
            return found

    async def answer_first(self, prompt: str, behaviour: str, *, times: int) -> None:
        rule = {"behaviour": behaviour, "times": times, "prompt_contains": prompt}
        async with aiohttp.ClientSession() as session:
            answer = await session.put(f"{self.url}/control/rules/{uuid.uuid4().hex}", json=rule)
            assert answer.status == 200


class HookedAdapter:
    """The Gemini adapter under a queue of the test's own; `after_answer` comes before the loop gets the answer."""

    def __init__(self, inner: GeminiAdapter) -> None:
        self._inner = inner
        self.manifest: ProviderManifest = inner.manifest.model_copy(update={"name": f"gemini-{uuid.uuid4().hex[:8]}"})
        self.after_answer: Callable[[], Awaitable[object]] | None = None

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        answer = await self._inner.call(request)
        if self.after_answer is not None:
            await self.after_answer()
        return answer


@dataclass
class Studio:
    """Plays gateway and dispatcher around one or more worker processes."""

    servers: Servers
    adapter: HookedAdapter
    sandbox: Sandbox
    jobs: JobRepository
    attempts: AttemptRepository
    outcomes: list[PhotoOutcome] = field(default_factory=list)

    async def admit(self, behaviour: str = "ok", *, left_ms: int = 20_000, cut_left_ms: int = 500) -> Job:
        """A stored photo and its row with attempt 1, which no message tells of; the prompt is the job's id."""
        data = jpeg_photograph(side=400)
        job_id = str(uuid.uuid4())
        info = inspect_photo(data)
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
        marker = "" if behaviour == "ok" else f"[sandbox:{behaviour}]"
        slot = new_slot(provider=self.adapter.manifest.name, params={"prompt": f"{job_id} {marker}"})
        new = replace(new_job(slot), id=job_id, photo=photo)
        await self.jobs.admit(new, left_ms=left_ms)
        job = await self.jobs.start_attempt(
            job_id, route=0, provider=slot.provider, operation=slot.operation, cut_left_ms=cut_left_ms, after=0
        )
        assert job is not None
        return job

    async def dispatch(self, job: Job, n: int = 1) -> None:
        task = PhotoTask(job_id=job.id, attempt=n, provider=self.adapter.manifest.name)
        queue = topology.provider_queue(self.adapter.manifest.name)
        assert await self.servers.broker.publish(outgoing(queue, task, job_id=job.id)) == "confirmed"

    async def submit(self, behaviour: str = "ok", *, left_ms: int = 20_000, cut_left_ms: int = 500) -> Job:
        job = await self.admit(behaviour, left_ms=left_ms, cut_left_ms=cut_left_ms)
        await self.dispatch(job)
        return job

    async def row(self, job: Job) -> Job:
        row = await self.jobs.get(job.id, with_inline=True)
        assert row is not None
        return row

    async def ended(self, job: Job, *, within_seconds: float = 15) -> Job:
        return await self.until(job, lambda row: row.is_finalized, within_seconds=within_seconds)

    async def attempt_ended(self, job: Job, n: int = 1, *, within_seconds: float = 15) -> Attempt:
        row = await self.until(job, lambda row: _outcome(row, n) is not None, within_seconds=within_seconds)
        return row.attempts[n - 1]

    async def until(self, job: Job, holds: Callable[[Job], bool], *, within_seconds: float = 15) -> Job:
        async with asyncio.timeout(within_seconds):
            while not holds(row := await self.row(job)):
                await asyncio.sleep(0.05)
        return row

    async def calls(self, job: Job) -> list[dict[str, object]]:
        return await self.sandbox.calls(job.id)

    async def until_called(self, job: Job) -> None:
        async with asyncio.timeout(10):
            while not await self.calls(job):
                await asyncio.sleep(0.05)

    async def until_told(self, job: Job) -> PhotoOutcome:
        async with asyncio.timeout(5):
            while not (told := [outcome for outcome in self.outcomes if outcome.job_id == job.id]):
                await asyncio.sleep(0.05)
        return told[0]

    async def queue_is_empty(self, *, within_seconds: float = 10) -> bool:
        """Whether no handler runs any more: every message was acknowledged."""
        return await self.servers.broker.drain(within_seconds) == 0

    async def results(self, job: Job) -> list[str]:
        day = f"{job.created_at:%Y/%m/%d}/{job.id}/"
        return [found.key for found in await self.servers.store.list(Bucket.RESULTS, day, limit=10)]

    async def left_by_a_dead_process(self, job: Job) -> None:
        """Attempt 1 was claimed and called, then its process died and its lease has lapsed."""
        assert await self.attempts.claim(job.id, 1, "dead") is not None
        assert await self.attempts.note_call(job.id, 1, "dead")
        await self.servers.mongo.database["jobs"].update_one(
            {"_id": job.id}, {"$set": {"attempts.0.lease_until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )


def _outcome(row: Job, n: int) -> object:
    attempt = row.attempt(n)
    return None if attempt is None else attempt.outcome


async def the_key() -> SecretStr:
    return KEY


@pytest.fixture
async def mongo(mongodb: RunningServer) -> AsyncIterator[Mongo]:
    name = f"test_{uuid.uuid4().hex}"
    async with connect(SecretStr(mongodb.url.replace("/photochanger?", f"/{name}?")), timeout_ms=5_000) as mongo:
        await ensure_indexes(mongo.database)
        yield mongo
        await mongo.database.client.drop_database(name)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0.1, sandbox_latency_jitter_seconds=0
    )
    async with running_sandbox(settings) as running:
        yield Sandbox(running.url)


@pytest.fixture
async def servers(mongo: Mongo, rabbitmq: RunningServer, minio: RunningMinio) -> AsyncIterator[Servers]:
    telemetry = Telemetry("test")
    async with (
        MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store,
        GuardedDecoder(1) as decoder,
        Background(telemetry) as background,
        Broker(SecretStr(rabbitmq.url), name="test", telemetry=telemetry) as broker,
    ):
        await store.ensure_buckets()
        yield Servers(mongo, store, broker, background, decoder, telemetry)


@pytest.fixture
def settings(rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio) -> ProviderSettings:
    return ProviderSettings.model_validate(
        {
            "amqp_url": rabbitmq.url,
            "mongo_url": mongodb.url,
            "s3_url": minio.url,
            "s3_access_key": minio.access_key,
            "s3_secret_key": minio.secret_key,
            "metrics_port": 0,
        }
    )


@pytest.fixture
async def studio(servers: Servers, sandbox: Sandbox, settings: ProviderSettings) -> AsyncIterator[Studio]:
    """One worker process, ready for tasks."""
    async with GeminiClients(sandbox.url) as clients:
        adapter = HookedAdapter(GeminiAdapter(clients, key=the_key, now=lambda: datetime.now(UTC)))
        database = servers.mongo.database
        studio = Studio(servers, adapter, sandbox, JobRepository(database), AttemptRepository(database))

        async def heard(outcome: PhotoOutcome, _: Delivery) -> None:
            studio.outcomes.append(outcome)

        servers.broker.consume(topology.OUTCOMES, PhotoOutcome, heard, concurrency=8)
        async with serving(settings, servers, adapter):
            async with asyncio.timeout(20):
                while await servers.broker.readiness() is not None:
                    await asyncio.sleep(0.05)
            yield studio
            await servers.broker.drain(5)
