"""The provider loop with the Gemini adapter between real servers; the sandbox is Gemini."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.background import Background
from photochanger.domain.job import Job
from photochanger.domain.slot import Operation
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.observability import Telemetry
from photochanger.provider_worker.service import Servers
from photochanger.provider_worker.settings import ProviderSettings
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.integration.provider_worker.studio import HookedAdapter, WorkerStudio
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


@dataclass
class Studio(WorkerStudio):
    sandbox: Sandbox

    async def submit(self, behaviour: str = "ok", *, left_ms: int = 20_000, cut_left_ms: int = 500) -> Job:
        job = await self.admit(f"[sandbox:{behaviour}]", left_ms=left_ms, cut_left_ms=cut_left_ms)
        await self.dispatch(job)
        return job

    async def calls(self, job: Job) -> list[dict[str, object]]:
        return await self.sandbox.calls(job.id)

    async def until_called(self, job: Job) -> None:
        async with asyncio.timeout(10):
            while not await self.calls(job):
                await asyncio.sleep(0.05)


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
        adapter = GeminiAdapter(clients, key=the_key, now=lambda: datetime.now(UTC))
        studio = Studio(servers, settings, HookedAdapter(adapter), Operation.STYLE_TRANSFER, sandbox)
        async with studio.working():
            yield studio
