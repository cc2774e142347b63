"""What stands behind the API: somebody who answers about a provider's key, and somebody who makes the pictures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from photochanger import topology
from photochanger.background import Background, running
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.messages import PhotoSubmitted
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically
from photochanger.provider_worker.key_tests import KeyTests
from tests.gateway_process import SECRET_KEY
from tests.integration.admin.test_settings_and_keys import key_of
from tests.integration.gateway.conftest import StandIn, deliver
from tests.servers import RunningServer

LOOK_SECONDS = 0.05


@asynccontextmanager
async def answered_key_tests(mongo: Mongo, provider: str) -> AsyncIterator[None]:
    """Take every key."""

    async def accepted(_key: SecretStr) -> None:
        return

    key = key_of(mongo, provider, SECRET_KEY)
    tests = KeyTests(provider, key, accepted, KeyTestRepository(mongo.database))
    looking = run_periodically(tests.look, Telemetry("test"), name="look", seconds=LOOK_SECONDS, stop=asyncio.Event())
    async with running(looking, name="look"):
        yield


@asynccontextmanager
async def made_pictures(mongo: Mongo, store: MediaStore, rabbitmq: RunningServer) -> AsyncIterator[StandIn]:
    """Give a picture for each photo that is submitted."""
    telemetry = Telemetry("test")
    jobs, attempts = JobRepository(mongo.database), AttemptRepository(mongo.database)
    broker = Broker(SecretStr(rabbitmq.url), name="stand-in", telemetry=telemetry)
    async with Background(telemetry) as background:
        stand_in = StandIn(jobs, attempts, store, JobFinalizer(jobs, store, broker, background), deliver)

        async def on_submitted(message: PhotoSubmitted, _delivery: Delivery) -> None:
            # what tests before have left in the queue has no row here
            if (job := await jobs.get(message.job_id)) is not None:
                await stand_in.deliver(job)

        broker.consume(topology.SUBMISSIONS, PhotoSubmitted, on_submitted, concurrency=8)
        async with broker:
            yield stand_in
