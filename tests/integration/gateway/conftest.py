"""A gateway on real servers, and a stand-in for everything behind the queue."""

import asyncio
import base64
import hashlib
import io
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from PIL import Image
from pydantic import SecretStr

from photochanger import topology
from photochanger.background import Background
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.job import EndedJob, Job
from photochanger.domain.photo import PictureType
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.result import ResultInfo
from photochanger.domain.slot import Slot
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery as BrokerDelivery
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.messages import PhotoSubmitted
from photochanger.observability import Telemetry
from tests.dslr_client import Answer, Manners, Shot, shoot
from tests.gateway_process import SECRET_KEY, GatewayProcess, running_gateway, server_environ
from tests.job_rows import new_slot
from tests.servers import RunningMinio, RunningServer

PASSWORD = "booth-password"
OWNER = "stand-in"

Script = Callable[["StandIn", Job], Awaitable[None]]


def a_picture(width: int = 640, height: int = 480, kind: str = "JPEG", colour: str = "teal") -> bytes:
    image = Image.effect_noise((width, height), 60).convert("RGB")
    image.paste(colour, (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    image.save(out, kind, quality=90)
    return out.getvalue()


RESULT = a_picture(512, 512, colour="orange")


@dataclass
class StandIn:
    """Plays dispatcher and provider: `script` says what becomes of each submitted photo."""

    jobs: JobRepository
    attempts: AttemptRepository
    store: MediaStore
    finalizer: JobFinalizer
    script: Script
    seen: list[str] = field(default_factory=list)

    async def on_submitted(self, message: PhotoSubmitted, _delivery: BrokerDelivery) -> None:
        self.seen.append(message.job_id)
        job = await self.jobs.get(message.job_id)
        assert job is not None
        await self.script(self, job)

    async def deliver(
        self, job: Job, data: bytes = RESULT, *, inline: bool = True, before_done: Callable[[], None] = lambda: None
    ) -> EndedJob | None:
        """End the job with this picture, as a provider service does."""
        route = job.slot_snapshot.routes[0]
        await self.jobs.start_attempt(
            job.id, route=0, provider=route.provider, operation=route.operation, cut_left_ms=500, after=0
        )
        await self.attempts.claim(job.id, 1, OWNER)
        key = result_key(job.id, 1, job.created_at)
        await self.store.put(Bucket.RESULTS, key, data, content_type="image/jpeg")
        result = ResultInfo(key, PictureType.JPEG, len(data), 512, 512, hashlib.sha256(data).hexdigest())
        copy = base64.b64encode(data).decode() if inline else None
        before_done()
        return await self.finalizer.done(job.id, Delivery(1, OWNER, result, inline_base64=copy))


async def deliver(stand_in: StandIn, job: Job) -> None:
    await stand_in.deliver(job)


async def ignore(stand_in: StandIn, job: Job) -> None:
    """The provider hangs."""


@dataclass
class World:
    """Everything a story needs: the booth's side, the rows, the objects, and what is behind the queue."""

    gateway: GatewayProcess
    mongo: Mongo
    store: MediaStore
    stand_in: StandIn

    async def slot(self, **changes: object) -> Slot:
        """A slot of this story alone."""
        slot = new_slot(**({"id": f"slot-{uuid.uuid4().hex[:12]}"} | changes))
        document = slot.model_dump(mode="json") | {"_id": slot.id}
        del document["id"]
        await self.mongo.database["slots"].insert_one(document)
        return slot

    async def settings(self, **changes: object) -> None:
        """Change platform settings and wait until the gateway must have seen them."""
        verifiers = [password_verifier(PASSWORD, secret_key=SECRET_KEY)]
        values = PlatformSettings.model_validate({"ingest_password_verifiers": verifiers} | changes)
        document = values.model_dump(mode="json")
        await self.mongo.database["settings"].replace_one({"_id": "platform"}, document, upsert=True)
        await asyncio.sleep(1.1)

    def url(self, slot: Slot, prefix: str = "/ingest/") -> str:
        return f"{self.gateway.url}{prefix}{slot.id}"

    async def shoot(self, slot: Slot, shot: Shot | None = None, manners: Manners | None = None) -> Answer:
        return await shoot(self.url(slot), shot or Shot.captured(a_picture(), PASSWORD), manners or Manners())

    async def rows(self, slot: Slot) -> list[dict[str, object]]:
        return await self.mongo.database["jobs"].find({"slot_id": slot.id}).to_list(None)

    async def the_row(self, slot: Slot) -> dict[str, object]:
        rows = await self.rows(slot)
        assert len(rows) == 1, f"{len(rows)} rows"
        return rows[0]

    async def sources(self) -> list[str]:
        return [entry.key for entry in await self.store.list(Bucket.SOURCES, limit=1000)]


@pytest.fixture(scope="session")
def database_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/gateway_{uuid.uuid4().hex}?")


@pytest.fixture(scope="session")
def gateway(rabbitmq: RunningServer, database_url: str, minio: RunningMinio) -> Iterator[GatewayProcess]:
    with running_gateway(server_environ(rabbitmq, database_url, minio)) as process:
        yield process


@pytest.fixture(autouse=True)
def shown_log(gateway: GatewayProcess) -> Iterator[None]:
    """What the gateway said during the test is shown when it fails."""
    before = len(gateway.log)
    yield
    print(gateway.log[before:])


@pytest.fixture
async def world(
    gateway: GatewayProcess, rabbitmq: RunningServer, database_url: str, minio: RunningMinio
) -> AsyncIterator[World]:
    await gateway.wait_ready()
    telemetry = Telemetry("tests")
    async with AsyncExitStack() as stack:
        background = await stack.enter_async_context(Background(telemetry))
        mongo = await stack.enter_async_context(connect(SecretStr(database_url), timeout_ms=3000))
        store = await stack.enter_async_context(
            MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key))
        )
        jobs = JobRepository(mongo.database)
        broker = Broker(SecretStr(rabbitmq.url), name="stand-in", telemetry=telemetry)
        finalizer = JobFinalizer(jobs, store, broker, background)
        stand_in = StandIn(jobs, AttemptRepository(mongo.database), store, finalizer, deliver)
        broker.consume(topology.SUBMISSIONS, PhotoSubmitted, stand_in.on_submitted, concurrency=64)
        await stack.enter_async_context(broker)
        world = World(gateway, mongo, store, stand_in)
        if not await mongo.database["settings"].count_documents({}):
            await world.settings()
        yield world
