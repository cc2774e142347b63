"""The endpoints of slots, jobs and results, and what they need beside the database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from admin_api.evening_endpoints import backup_endpoints, preflight_endpoints
from admin_api.jobs.job_routes import JobRoutes
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint
from admin_api.results.result_routes import ResultRoutes
from admin_api.results.zip_routes import ZipRoutes
from admin_api.settings import Settings
from admin_api.slot_endpoints import slot_endpoints
from admin_api.slots.gateway_client import GatewayClient
from photochanger.background import Background
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.broker import RARE_PROBE_SECONDS, Broker
from photochanger.infrastructure.http_server import Check
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.result_previews import ResultPreviews
from photochanger.observability import Telemetry


@dataclass(frozen=True)
class PhotoEndpoints:
    """The endpoints, what tells whether the servers answer that only they need, and the process's one broker."""

    endpoints: tuple[Endpoint, ...]
    checks: dict[str, Check]
    broker: Broker


@asynccontextmanager
async def photo_endpoints(
    settings: Settings, telemetry: Telemetry, mongo: Mongo, audit: Audit
) -> AsyncIterator[PhotoEndpoints]:
    """Give the endpoints; they work as long as the block, each as far as its server answers."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        store = await enter(
            MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region)
        )
        broker = await enter(
            Broker(settings.amqp_url, name="admin-api", telemetry=telemetry, probe_seconds=RARE_PROBE_SECONDS)
        )
        decoder = await enter(GuardedDecoder())
        http = await enter(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        background = await enter(Background(telemetry))

        database, base_url = mongo.database, settings.photochanger_public_base_url
        secret_key = settings.photochanger_secret_key.get_secret_value()
        jobs, reader, upkeep = JobRepository(database), JobReader(database), JobUpkeep(database)
        finalizer = JobFinalizer(jobs, store, broker, background)
        result_routes = ResultRoutes(
            jobs,
            reader,
            upkeep=upkeep,
            store=store,
            previews=ResultPreviews(store, decoder.preview),
            background=background,
            audit=audit,
            public_base_url=base_url,
        )
        gateway = GatewayClient(http, settings.gateway_url, secret_key=secret_key)
        of_slots = slot_endpoints(
            settings,
            mongo,
            audit,
            store=store,
            decoder=decoder,
            background=background,
            finalizer=finalizer,
            gateway=gateway,
        )
        endpoints = (
            *of_slots,
            *JobRoutes(jobs, reader, finalizer=finalizer, audit=audit, public_base_url=base_url).endpoints(),
            *ZipRoutes(reader, upkeep, store).endpoints(),
            *result_routes.endpoints(),
            *backup_endpoints(settings, mongo, store=store, background=background, audit=audit),
            *preflight_endpoints(
                settings,
                telemetry,
                mongo,
                gateway=gateway,
                store=store,
                broker=broker,
                http=http,
                background=background,
            ),
        )
        checks: dict[str, Check] = {"store": store.ping, "broker": broker.readiness, "gateway": gateway.fault}
        yield PhotoEndpoints(endpoints, checks, broker)
