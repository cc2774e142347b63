"""Dispatcher, worker and admin API together between real servers; the sandbox is the provider."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from dispatcher.__main__ import _Parts
from dispatcher.sweep import SWEEP_SECONDS
from photochanger import topology
from photochanger.background import Background, running
from photochanger.domain.job import PhotoRecord
from photochanger.domain.slot import Operation
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.media_keys import source_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.messages import PhotoOutcome, PhotoSubmitted
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically
from photochanger.provider_worker.service import Servers, serving
from photochanger.provider_worker.settings import ProviderSettings
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from tests.admin_people import log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.booth_pictures import jpeg_photograph
from tests.gateway_process import server_environ
from tests.integration.provider_worker.conftest import Sandbox, sandbox, settings, the_key
from tests.integration.provider_worker.studio import HookedAdapter, WorkerStudio
from tests.job_rows import new_job, new_slot
from tests.servers import RunningMinio, RunningRabbitmq, RunningServer

__all__ = ["sandbox", "settings"]


#: The queue of a provider whose service never runs.
IDLE = topology.provider_queue(f"idle-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def broker_url(rabbitmq: RunningRabbitmq) -> Iterator[str]:
    """A virtual host of its own: what other tests left in their queues expires in the time of a test, and dies here."""
    name, user = f"test-{uuid.uuid4().hex}", urlsplit(rabbitmq.url).username
    rabbitmq.ctl("add_vhost", name)
    rabbitmq.ctl("set_permissions", "-p", name, str(user), ".*", ".*", ".*")
    yield urlsplit(rabbitmq.url)._replace(path=f"/{name}").geturl()
    rabbitmq.ctl("delete_vhost", name)


@pytest.fixture
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(mongo_url), timeout_ms=5_000) as mongo:
        await ensure_indexes(mongo.database)
        yield mongo


@pytest.fixture
async def servers(mongo: Mongo, broker_url: str, minio: RunningMinio) -> AsyncIterator[Servers]:
    """What fails is delivered again at once, so that a message dies in a moment."""
    telemetry = Telemetry("test")
    async with (
        MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store,
        GuardedDecoder(1) as decoder,
        Background(telemetry) as background,
        Broker(SecretStr(broker_url), name="test", telemetry=telemetry, pause=lambda _: 0.0) as broker,
    ):
        broker.declare([IDLE])
        await store.ensure_buckets()
        yield Servers(mongo, store, broker, background, decoder, telemetry)


@dataclass
class Platform:
    """`crashing` are the jobs at which the dispatcher has a defect."""

    studio: WorkerStudio
    sandbox: Sandbox
    crashing: set[str] = field(default_factory=set)

    @property
    def broker(self) -> Broker:
        return self.studio.servers.broker

    @property
    def mongo(self) -> Mongo:
        return self.studio.servers.mongo


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A thousand tracebacks, as structlog shows them where it was not told how, take longer than everything else."""
    with capture_logs():
        yield


@pytest.fixture
async def platform(servers: Servers, sandbox: Sandbox, settings: ProviderSettings) -> AsyncIterator[Platform]:
    never = asyncio.Event()
    async with GeminiClients(sandbox.url) as clients:
        adapter = HookedAdapter(GeminiAdapter(clients, key=the_key, now=lambda: datetime.now(UTC)))
        platform = Platform(WorkerStudio(servers, settings, adapter, Operation.STYLE_TRANSFER), sandbox)
        parts = _Parts(servers.mongo, servers.store, servers.broker, servers.background, servers.telemetry)

        async def on_submitted(message: PhotoSubmitted, delivery: Delivery) -> None:
            if message.job_id in platform.crashing:
                raise RuntimeError("a defect")
            await parts.router.on_submitted(message, delivery)

        servers.broker.consume(topology.SUBMISSIONS, PhotoSubmitted, on_submitted, concurrency=16)
        servers.broker.consume(topology.OUTCOMES, PhotoOutcome, parts.outcomes.on_outcome, concurrency=16)
        servers.broker.consume_raw(topology.DEAD_LETTERS, parts.dead_letters.on_delivery, concurrency=4)
        sweeping = run_periodically(
            parts.sweep.run_once, servers.telemetry, name="sweep", seconds=SWEEP_SECONDS, stop=never
        )
        looking = run_periodically(parts.availability.refresh, servers.telemetry, name="look", seconds=0.9, stop=never)
        async with (
            serving(settings, servers, adapter),
            running(sweeping, name="sweep"),
            running(looking, name="look"),
        ):
            async with asyncio.timeout(20):
                while await servers.broker.readiness() is not None:
                    await asyncio.sleep(0.05)
            yield platform
            await servers.broker.drain(5)


@pytest.fixture
def api_url(mongo_url: str, rabbitmq: RunningServer, broker_url: str, minio: RunningMinio) -> Iterator[str]:
    servers = server_environ(rabbitmq, mongo_url, minio) | {"AMQP_URL": broker_url}
    with running_admin_api(admin_settings(mongo_url) | servers) as url:
        yield url


@pytest.fixture
async def admin(api_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(api_url, cookie_jar=aiohttp.DummyCookieJar()) as stranger:
        token = await log_in(stranger)
    async with logged_in(api_url, token) as http:
        yield http


async def photographed(platform: Platform, *, left_ms: int, prompt: str = "") -> str:
    """Store a photo and admit its row, which no message tells of; the prompt is the job's id and this."""
    data, job_id, studio = jpeg_photograph(side=200), str(uuid.uuid4()), platform.studio
    info = inspect_photo(data)
    photo = PhotoRecord(
        key=source_key(job_id),
        type=info.type,
        size_bytes=len(data),
        width=info.width,
        height=info.height,
        orientation=info.orientation,
        has_alpha=info.has_alpha,
        sha256="ab" * 32,
    )
    await studio.servers.store.put(Bucket.SOURCES, photo.key, data, content_type=info.type.value)
    slot = new_slot(
        provider=studio.adapter.manifest.name, operation=studio.operation, params={"prompt": f"{job_id} {prompt}"}
    )
    await studio.jobs.admit(replace(new_job(slot), id=job_id, photo=photo), left_ms=left_ms)
    return job_id
