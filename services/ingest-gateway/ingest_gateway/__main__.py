"""The ingest gateway's composition root: settings, clients, handlers, run."""

import asyncio
import secrets
import time
import uuid
from contextlib import AsyncExitStack

from ingest_gateway.admission import Admission, Check
from ingest_gateway.app import build_app
from ingest_gateway.await_answer import WaitingRoom
from ingest_gateway.finished_picture import Pictures
from ingest_gateway.handle_test_run import HandleTestRun
from ingest_gateway.ingest_photo import IngestPhoto, Surroundings
from ingest_gateway.process_photo import ProcessPhoto
from ingest_gateway.prospects import Prospects
from ingest_gateway.public_routes import public_routes
from ingest_gateway.settings import Settings
from ingest_gateway.slot_load import SlotLoads
from ingest_gateway.store_probe import StoreProbe
from ingest_gateway.submit_photo import Ids, SubmitPhoto
from photochanger import topology
from photochanger.background import Background, running
from photochanger.domain.slot import MAX_SYNC_RESPONSE_SECONDS
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.http_server import http_server, operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, connect, ensure_indexes
from photochanger.infrastructure.reply_queue import ReplyQueue
from photochanger.infrastructure.result_previews import ResultPreviews
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.observability import Telemetry, configure, get_logger
from photochanger.periodic import stopped_within
from photochanger.preparation import Preparation
from photochanger.settings import load_settings

SERVICE = "ingest-gateway"
#: On the answer's path nobody waits longer for the database.
DATABASE_MS = 1_500
#: A booth is not refused for the youth of a process; when its servers do not come it opens the door all the same.
SERVERS_SECONDS, SERVERS_LOOK_SECONDS = 2.0, 0.02
#: A booth that was let in gets its answer, whatever its window.
DRAIN_SECONDS = MAX_SYNC_RESPONSE_SECONDS + 10.0

log = get_logger(__name__)


async def run(settings: Settings, telemetry: Telemetry) -> None:
    """Serve until SIGTERM or SIGINT; then let running photos finish."""
    stop = stop_on_signals()
    clock = time.monotonic
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        mongo = await enter(connect(settings.mongo_url, timeout_ms=DATABASE_MS))
        store = await enter(
            MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region)
        )
        broker = Broker(settings.amqp_url, name=SERVICE, telemetry=telemetry)
        broker.declare([topology.SUBMISSIONS])
        replies = ReplyQueue(broker)
        await enter(broker)
        decoder = await enter(GuardedDecoder())
        background = await enter(Background(telemetry))

        jobs, upkeep = JobRepository(mongo.database), JobUpkeep(mongo.database)
        room = WaitingRoom(jobs, JobFinalizer(jobs, store, broker, background), clock=clock)
        replies.on_message(room.wake)
        probe, preparation = (
            StoreProbe(store.ping),
            Preparation({"indexes": lambda: ensure_indexes(mongo.database), "buckets": store.ensure_buckets}),
        )
        pictures = Pictures(store, clock=clock)
        secret_keys = settings.secret_keys
        latencies = FreshCopies(lambda _: LatencyRepository(mongo.database).read())
        admission = Admission(
            settings=SettingsRepository(mongo.database),
            slots=SlotRepository(mongo.database),
            loads=SlotLoads(upkeep.count_in_flight, clock=clock),
            prospects=Prospects(lambda: latencies.get("book")),
            queue_fault=lambda: _queue_fault(broker),
            store_fault=probe.fault,
            clock=clock,
            database_now=(await enter(DatabaseClock(mongo))).now,
            shortest_window_seconds=settings.shortest_window_seconds,
        )
        submit = SubmitPhoto(
            jobs=jobs,
            store=store,
            broker=broker,
            replies=replies,
            decoder=decoder,
            background=background,
            ids=Ids(lambda: str(uuid.uuid4()), secrets.token_bytes),
            clock=clock,
        )
        process = ProcessPhoto(submit, room, jobs, background)
        ingest = IngestPhoto(
            admission=admission,
            process=process,
            pictures=pictures,
            metrics=telemetry.metrics,
            surroundings=Surroundings(settings.public_base_url, settings.trusted_proxies),
            secret_keys=secret_keys,
            clock=clock,
        )
        test_run = HandleTestRun(
            admission, process, public_base_url=settings.public_base_url, secret_keys=secret_keys, clock=clock
        )
        for name, work in (
            ("look", room.watch()),
            ("probe", probe.run()),
            ("prepare", preparation.run(stop)),
        ):
            await enter(running(work, name=name))
        checks = {
            "mongodb": mongo.ping,
            "rabbitmq": broker.readiness,
            "store": store.ping,
            "preparation": preparation.missing,
            "process": unless_stopping(stop),
        }
        await enter(operations_server(telemetry, settings.listen_host, settings.metrics_port, checks))
        # guests' first views wait for each other, never a booth's photo for them
        previews = ResultPreviews(store, (await enter(GuardedDecoder())).preview)
        public = public_routes(settings, mongo, store, pictures=pictures, previews=previews, clock=clock)
        app = build_app(ingest, test_run, public.results, galleries=public.galleries, media=public.media)
        await _servers_are_there(lambda: _queue_fault(broker) or probe.fault(), stop)
        port = await enter(http_server(app, settings.listen_host, settings.gateway_port, drain_seconds=DRAIN_SECONDS))
        log.info("gateway_started", port=port, public_base_url=settings.public_base_url)
        await stop.wait()
        log.info("gateway_stopping", next="running photos finish")


async def _servers_are_there(fault: Check, stop: asyncio.Event) -> None:
    """Wait for the first connections, but not for long."""
    end = time.monotonic() + SERVERS_SECONDS
    while fault() is not None and time.monotonic() < end:
        if await stopped_within(stop, SERVERS_LOOK_SECONDS):
            return


def _queue_fault(broker: Broker) -> str | None:
    state = broker.state
    if not state.is_connected:
        return "RabbitMQ is not connected"
    return "RabbitMQ takes no messages" if state.is_blocked else None


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
