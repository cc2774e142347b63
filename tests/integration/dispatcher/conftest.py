"""A real dispatcher between real servers, a database of its own, providers that tests play."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from pydantic import SecretStr

from photochanger import topology
from photochanger.domain.job import Job
from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, outgoing
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.messages import PhotoOutcome, PhotoSubmitted, PhotoTask
from photochanger.observability import Telemetry
from tests.job_rows import new_job, new_slot
from tests.servers import RunningMinio, RunningServer
from tests.service_process import ServiceProcess, running_service


@pytest.fixture(scope="module")
def settings(mongodb: RunningServer, rabbitmq: RunningServer, minio: RunningMinio) -> Mapping[str, str]:
    return {
        "MONGO_URL": mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?"),
        "AMQP_URL": rabbitmq.url,
        "S3_URL": minio.url,
        "S3_ACCESS_KEY": minio.access_key,
        "S3_SECRET_KEY": minio.secret_key,
    }


@pytest.fixture(scope="module")
def dispatcher(settings: Mapping[str, str]) -> Iterator[ServiceProcess]:
    with running_service("dispatcher", settings) as service:
        yield service


@pytest.fixture
async def mongo(settings: Mapping[str, str], dispatcher: ServiceProcess) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(settings["MONGO_URL"]), timeout_ms=3_000) as mongo:
        yield mongo


@pytest.fixture
def jobs(mongo: Mongo) -> JobRepository:
    return JobRepository(mongo.database)


@pytest.fixture
def attempts(mongo: Mongo) -> AttemptRepository:
    return AttemptRepository(mongo.database)


@pytest.fixture
async def store(minio: RunningMinio) -> AsyncIterator[MediaStore]:
    async with MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store:
        await store.ensure_buckets()
        yield store


@pytest.fixture
async def broker(settings: Mapping[str, str]) -> AsyncIterator[Broker]:
    async with Broker(SecretStr(settings["AMQP_URL"]), name="tests", telemetry=Telemetry("tests")) as broker:
        yield broker


class PlayedProvider:
    """A provider service whose work the test does itself; `tasks` is what its queue brought."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.name = name
        self.route = Route(provider=name, operation=Operation.STYLE_TRANSFER)
        self._tasks: asyncio.Queue[PhotoTask] = asyncio.Queue()
        broker.consume(topology.provider_queue(name), PhotoTask, self._on_task, concurrency=16)

    async def _on_task(self, task: PhotoTask, _delivery: Delivery) -> None:
        self._tasks.put_nowait(task)

    async def task(self, *, within_seconds: float = 5.0) -> PhotoTask:
        async with asyncio.timeout(within_seconds):
            return await self._tasks.get()

    async def tasks_for(self, seconds: float) -> int:
        """How many more come in that time."""
        await asyncio.sleep(seconds)
        return self._tasks.qsize()


@pytest.fixture
async def gemini(broker: Broker) -> PlayedProvider:
    return await played(broker, "gemini")


@pytest.fixture
async def turbotext(broker: Broker) -> PlayedProvider:
    return await played(broker, "turbotext")


async def played(broker: Broker, name: str) -> PlayedProvider:
    provider = PlayedProvider(broker, f"{name}-{uuid.uuid4().hex[:8]}")
    await until_ready(broker)
    return provider


async def until_ready(broker: Broker) -> None:
    async with asyncio.timeout(10):
        while await broker.readiness() is not None:
            await asyncio.sleep(0.02)


NOBODY = Route(provider="nobody", operation=Operation.STYLE_TRANSFER)


class Booth:
    """Admits photos and tells the dispatcher, as the gateway does."""

    def __init__(self, jobs: JobRepository, broker: Broker) -> None:
        self._jobs = jobs
        self._broker = broker

    async def admit(self, *routes: Route, left_ms: int = 10_000) -> Job:
        """A row that no message tells of."""
        first, *fallbacks = routes
        slot = new_slot(provider=first.provider, operation=first.operation, fallbacks=tuple(fallbacks))
        return await self._jobs.admit(new_job(slot), left_ms=left_ms)

    async def submit(self, *routes: Route, left_ms: int = 10_000) -> Job:
        job = await self.admit(*routes, left_ms=left_ms)
        await self.tell(job)
        return job

    async def tell(self, job: Job) -> None:
        await until_ready(self._broker)
        message = outgoing(topology.SUBMISSIONS, PhotoSubmitted(job_id=job.id), job_id=job.id, left_ms=job.left_ms)
        assert await self._broker.publish(message) == "confirmed"

    async def tell_outcome(self, job: Job, attempt: int, provider: str) -> None:
        outcome = PhotoOutcome(job_id=job.id, attempt=attempt, provider=provider)
        message = outgoing(topology.OUTCOMES, outcome, job_id=job.id, left_ms=job.left_ms)
        assert await self._broker.publish(message) == "confirmed"

    async def ended(self, job: Job, *, within_seconds: float = 5.0) -> Job:
        async with asyncio.timeout(within_seconds):
            while not (row := await self.row(job)).is_finalized:
                await asyncio.sleep(0.05)
        return row

    async def row(self, job: Job) -> Job:
        row = await self._jobs.get(job.id)
        assert row is not None
        return row


@pytest.fixture
def booth(jobs: JobRepository, broker: Broker) -> Booth:
    return Booth(jobs, broker)
