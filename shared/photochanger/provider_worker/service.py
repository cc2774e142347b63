"""A provider service around its adapter: servers, lease keeping, queue, drain."""

import asyncio
import random
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

from pydantic import SecretStr

from photochanger import topology
from photochanger.background import Background, running
from photochanger.domain.job import JobStatus
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import RARE_PROBE_SECONDS, Broker
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.http_server import operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.job_events import listen_to_job_events
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.provider_key_repository import ProviderKeyRepository
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.public_link_repository import PublicLinkRepository
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.recent_availability import REFRESH_SECONDS as GATE_SECONDS
from photochanger.infrastructure.recent_latency import REFRESH_SECONDS
from photochanger.infrastructure.sealing import Sealer
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.messages import JobEvent, PhotoTask
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically
from photochanger.preparation import Preparation
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.attempt_ends import AttemptEnds
from photochanger.provider_worker.call_breaker import CallBreaker
from photochanger.provider_worker.call_gate import CallGate
from photochanger.provider_worker.call_limits import CallLimits
from photochanger.provider_worker.call_times import CallTimes
from photochanger.provider_worker.claims import Claims
from photochanger.provider_worker.input_images import ImageSources, TemplateCache
from photochanger.provider_worker.input_links import LinkMaker
from photochanger.provider_worker.key_notice import NOTICE_SECONDS, KeyNotice
from photochanger.provider_worker.key_tests import LOOK_SECONDS as KEY_TEST_LOOK_SECONDS
from photochanger.provider_worker.key_tests import CheckKey, KeyTests
from photochanger.provider_worker.leases import LOOK_SECONDS, RENEW_SECONDS, Leases
from photochanger.provider_worker.picture_maker import PictureMaker
from photochanger.provider_worker.ports import ProviderAdapter
from photochanger.provider_worker.price_list import REFRESH_SECONDS as PRICES_SECONDS
from photochanger.provider_worker.price_list import PriceList
from photochanger.provider_worker.provider_key import ProviderKey
from photochanger.provider_worker.result_delivery import ResultDelivery
from photochanger.provider_worker.retry import RetryBudget
from photochanger.provider_worker.running_attempts import RunningAttempts
from photochanger.provider_worker.settings import ProviderSettings
from photochanger.provider_worker.while_used import WhileUsed
from photochanger.provider_worker.worker import ProviderWorker

DATABASE_TIMEOUT_MS = 5_000
#: A look that takes longer is of no use: the next one comes by itself.
LOOK_NOW_SECONDS = 1.0


@dataclass(frozen=True)
class Servers:
    """One process's clients, open."""

    mongo: Mongo
    store: MediaStore
    broker: Broker
    background: Background
    decoder: GuardedDecoder
    telemetry: Telemetry


def provider_key(settings: ProviderSettings, provider: str, *, environment_key: SecretStr) -> ProviderKey:
    """Give the key to call the provider with; `run_provider` lets it follow what administrators set."""
    secret = settings.photochanger_secret_key
    sealer = None if secret is None else Sealer(secret, *settings.old_secret_keys)
    return ProviderKey(provider, environment_key=environment_key, sealer=sealer)


#: What a service does of its own with the open servers, for as long as it serves.
Extra = Callable[[Servers], AbstractAsyncContextManager[None]]


async def run_provider(
    settings: ProviderSettings,
    telemetry: Telemetry,
    adapter: ProviderAdapter,
    *,
    key: ProviderKey | None = None,
    check_key: CheckKey | None = None,
    extra: Extra = lambda _servers: nullcontext(),
) -> None:
    """Serve the provider's queue until a signal says stop, then finish what runs.

    From now on an administrator's key wins in `key`, the one that `adapter` calls with; None: it needs none.
    `check_key` is how an administrator's "test this key" is answered; None: not at all. `extra` is entered when the
    servers are prepared, before the first photo, and left after the last.
    """
    stop = stop_on_signals()
    async with (
        connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo,
        MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region) as store,
        GuardedDecoder(settings.decoder_processes) as decoder,
        Background(telemetry) as background,
        Broker(
            settings.amqp_url,
            name=f"provider-{adapter.manifest.name}",
            telemetry=telemetry,
            probe_seconds=RARE_PROBE_SECONDS,
        ) as broker,
    ):
        servers = Servers(mongo, store, broker, background, decoder, telemetry)
        if key is not None:
            key.read_from(ProviderKeyRepository(mongo.database).get)
        notice = KeyNotice(adapter.manifest.name, key, ProviderRepository(mongo.database))
        tests = KeyTests(adapter.manifest.name, key, check_key, KeyTestRepository(mongo.database))
        await _serve(settings, servers, adapter, notice, tests, extra=extra, stop=stop)


async def _serve(
    settings: ProviderSettings,
    servers: Servers,
    adapter: ProviderAdapter,
    notice: KeyNotice,
    tests: KeyTests,
    *,
    extra: Extra,
    stop: asyncio.Event,
) -> None:
    manifests = ProviderRepository(servers.mongo.database)
    preparation = Preparation(
        {
            "indexes": lambda: ensure_indexes(servers.mongo.database),
            "buckets": servers.store.ensure_buckets,
            "manifest": lambda: manifests.upsert_manifest(adapter.manifest),
            "key": notice.say,
        }
    )
    checks = {
        "database": servers.mongo.ping,
        "store": servers.store.ping,
        "broker": servers.broker.readiness,
        "preparation": preparation.missing,
        "process": unless_stopping(stop),
    }
    broker = servers.broker
    broker.declare([topology.OUTCOMES])
    async with operations_server(servers.telemetry, settings.listen_host, settings.metrics_port, checks):
        await preparation.run(stop)
        noticing = run_periodically(
            notice.say, servers.telemetry, name="provider.key", seconds=NOTICE_SECONDS, stop=stop
        )
        testing = run_periodically(
            tests.look, servers.telemetry, name="provider.key_test", seconds=KEY_TEST_LOOK_SECONDS, stop=stop
        )
        async with (
            running(noticing, name="provider.key"),
            running(testing, name="provider.key_test"),
            extra(servers),
            serving(settings, servers, adapter),
        ):
            await stop.wait()
            await broker.drain(settings.drain_seconds)


@asynccontextmanager
async def serving(settings: ProviderSettings, servers: Servers, adapter: ProviderAdapter) -> AsyncIterator[None]:
    """Consume the provider's queue and keep the leases while the block runs; drain the broker before its end."""
    owner, attempts_here = uuid.uuid4().hex, RunningAttempts()
    jobs, attempts = JobRepository(servers.mongo.database), AttemptRepository(servers.mongo.database)
    times, prices = CallTimes(LatencyRepository(servers.mongo.database)), PriceList(adapter.manifest)
    gate = _gate(servers, adapter, prices)
    worker = _worker(
        settings, servers, adapter, owner=owner, attempts_here=attempts_here, times=times, prices=prices, gate=gate
    )
    leases = Leases(attempts_here, jobs, attempts, owner=owner)

    def look_now(event: JobEvent) -> None:
        if attempts_here.find(event.job_id) is not None:
            servers.background.start(leases.look(), name="provider.look_now", timeout_seconds=LOOK_NOW_SECONDS)

    listen_to_job_events(servers.broker, JobStatus.CANCELLED, look_now)
    known_times, known_gate = WhileUsed(times.exchange), WhileUsed(gate.refresh)

    async def on_task(task: PhotoTask, delivery: Delivery) -> None:
        async with known_times.in_use(), known_gate.in_use():
            await worker.on_task(task, delivery)

    queue = topology.provider_queue(adapter.manifest.name)
    servers.broker.consume(queue, PhotoTask, on_task, concurrency=settings.provider_concurrency)
    never = asyncio.Event()
    renewing = run_periodically(
        leases.renew, servers.telemetry, name="provider.leases", seconds=RENEW_SECONDS, stop=never
    )
    looking = run_periodically(
        leases.look_at_long_ones, servers.telemetry, name="provider.look", seconds=LOOK_SECONDS, stop=never
    )
    timing = run_periodically(
        known_times.refresh, servers.telemetry, name="provider.times", seconds=REFRESH_SECONDS, stop=never
    )
    providers = ProviderRepository(servers.mongo.database)
    pricing = run_periodically(
        lambda: prices.refresh(providers), servers.telemetry, name="provider.prices", seconds=PRICES_SECONDS, stop=never
    )
    gating = run_periodically(
        known_gate.refresh, servers.telemetry, name="provider.gate", seconds=GATE_SECONDS, stop=never
    )
    async with (
        running(renewing, name="provider.leases"),
        running(looking, name="provider.look"),
        running(timing, name="provider.times"),
        running(pricing, name="provider.prices"),
        running(gating, name="provider.gate"),
    ):
        yield


def _gate(servers: Servers, adapter: ProviderAdapter, prices: PriceList) -> CallGate:
    database, metrics = servers.mongo.database, servers.telemetry.metrics
    limits = CallLimits(
        adapter.manifest,
        QuotaRepository(database),
        ProviderLimitsRepository(database),
        prices=prices,
        metrics=metrics,
        uniform=random.uniform,
    )
    breaker = CallBreaker(adapter.manifest.name, Breakers(database, metrics))
    return CallGate(limits, breaker, servers.background)


def _worker(
    settings: ProviderSettings,
    servers: Servers,
    adapter: ProviderAdapter,
    *,
    owner: str,
    attempts_here: RunningAttempts,
    times: CallTimes,
    prices: PriceList,
    gate: CallGate,
) -> ProviderWorker:
    database, metrics = servers.mongo.database, servers.telemetry.metrics
    jobs, attempts = JobRepository(database), AttemptRepository(database)
    ends = AttemptEnds(attempts, servers.broker, metrics, owner=owner)
    links = LinkMaker(
        servers.store, PublicLinkRepository(database), settings.photochanger_public_base_url, secrets.token_bytes
    )
    sources = ImageSources(
        servers.store, TemplateRepository(database), servers.decoder, adapter.manifest, TemplateCache(), links
    )
    maker = PictureMaker(
        adapter,
        attempts,
        sources=sources,
        decoder=servers.decoder,
        budget=RetryBudget(time.monotonic),
        times=times,
        prices=prices,
        gate=gate,
        metrics=metrics,
        owner=owner,
        uniform=random.uniform,
    )
    finalizer = JobFinalizer(jobs, servers.store, servers.broker, servers.background)
    return ProviderWorker(
        attempts_here,
        Claims(jobs, attempts, ends, owner=owner),
        maker=maker,
        delivery=ResultDelivery(jobs, finalizer, servers.store, servers.background, owner=owner),
        ends=ends,
        places=AnswerPlaces(settings.answers_at_once),
        telemetry=servers.telemetry,
    )
