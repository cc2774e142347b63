"""The dispatcher: gives each photo to a provider, switches to the next one, ends what nobody can finish."""

import asyncio

from dispatcher.dead_letters import DeadLetterKeeper
from dispatcher.record_outcome import OutcomeHandler
from dispatcher.route_photo import PhotoRouter
from dispatcher.settings import Settings
from dispatcher.sweep import SWEEP_SECONDS, Sweep
from photochanger import topology
from photochanger.background import Background
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import RARE_PROBE_SECONDS, Broker
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.infrastructure.disabled_slots import DisabledSlots
from photochanger.infrastructure.http_server import operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.recent_availability import REFRESH_SECONDS as AVAILABILITY_SECONDS
from photochanger.infrastructure.recent_availability import RecentAvailability
from photochanger.infrastructure.recent_latency import REFRESH_SECONDS, RecentLatency
from photochanger.messages import PhotoOutcome, PhotoSubmitted
from photochanger.observability import Telemetry, configure
from photochanger.periodic import run_periodically
from photochanger.preparation import Preparation
from photochanger.settings import load_settings

SERVICE = "dispatcher"
DATABASE_TIMEOUT_MS = 3_000
#: The admin API ends what runs of a slot when it disables it; this ends what was admitted meanwhile, or in its stead.
DISABLED_SLOTS_SECONDS = 1.0
PHOTOS_AT_ONCE = 64
DEAD_LETTERS_AT_ONCE = 4
DRAIN_SECONDS = 10.0


async def run(settings: Settings, telemetry: Telemetry) -> None:
    """Serve until a signal says stop, then finish what was begun."""
    stop = stop_on_signals()
    async with (
        connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo,
        MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region) as store,
        Background(telemetry) as background,
        Broker(settings.amqp_url, name=SERVICE, telemetry=telemetry, probe_seconds=RARE_PROBE_SECONDS) as broker,
    ):
        await _serve(settings, telemetry, mongo, parts=_Parts(mongo, store, broker, background, telemetry), stop=stop)


class _Parts:
    """The handlers of one process, wired."""

    def __init__(
        self, mongo: Mongo, store: MediaStore, broker: Broker, background: Background, telemetry: Telemetry
    ) -> None:
        jobs, metrics = JobRepository(mongo.database), telemetry.metrics
        finalizer = JobFinalizer(jobs, store, broker, background)
        self.broker = broker
        self.times = RecentLatency(LatencyRepository(mongo.database))
        breakers = Breakers(mongo.database, metrics)
        self.availability = RecentAvailability(breakers, QuotaRepository(mongo.database), metrics)
        self.router = PhotoRouter(
            jobs=jobs,
            attempts=AttemptRepository(mongo.database),
            finalizer=finalizer,
            broker=broker,
            times=self.times,
            availability=self.availability,
            breakers=breakers,
            metrics=metrics,
        )
        self.outcomes = OutcomeHandler(jobs, self.router)
        self.sweep = Sweep(JobUpkeep(mongo.database), finalizer, self.router)
        self.disabled_slots = DisabledSlots(mongo.database, finalizer)
        self.dead_letters = DeadLetterKeeper(DeadLetterRepository(mongo.database), broker, metrics)

    def consume(self) -> None:
        self.broker.consume(topology.SUBMISSIONS, PhotoSubmitted, self.router.on_submitted, concurrency=PHOTOS_AT_ONCE)
        self.broker.consume(topology.OUTCOMES, PhotoOutcome, self.outcomes.on_outcome, concurrency=PHOTOS_AT_ONCE)
        self.broker.consume_raw(topology.DEAD_LETTERS, self.dead_letters.on_delivery, concurrency=DEAD_LETTERS_AT_ONCE)


async def _serve(settings: Settings, telemetry: Telemetry, mongo: Mongo, *, parts: _Parts, stop: asyncio.Event) -> None:
    preparation = Preparation({"indexes": lambda: ensure_indexes(mongo.database)})

    checks = {
        "database": mongo.ping,
        "broker": parts.broker.readiness,
        "preparation": preparation.missing,
        "process": unless_stopping(stop),
    }
    async with operations_server(telemetry, settings.listen_host, settings.metrics_port, checks):
        await preparation.run(stop)
        parts.consume()
        async with asyncio.TaskGroup() as group:
            for name, work, seconds in (
                ("dispatcher.sweep", parts.sweep.run_once, SWEEP_SECONDS),
                ("dispatcher.times", parts.times.refresh, REFRESH_SECONDS),
                ("dispatcher.availability", parts.availability.refresh, AVAILABILITY_SECONDS),
                ("dispatcher.disabled_slots", parts.disabled_slots.cancel_running, DISABLED_SLOTS_SECONDS),
            ):
                group.create_task(run_periodically(work, telemetry, name=name, seconds=seconds, stop=stop))
            await stop.wait()
            await parts.broker.drain(DRAIN_SECONDS)


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
