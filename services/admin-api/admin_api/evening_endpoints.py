"""What is done before and after an evening: preflight, backup and restore."""

import aiohttp

from admin_api.backup.backup_routes import BackupRoutes
from admin_api.backup.make_backup import MakeBackup
from admin_api.backup.restore_backup import RestoreBackup
from admin_api.operations.audit import Audit
from admin_api.preflight.booth import OwnBooth, own_photo
from admin_api.preflight.photo_checks import PhotoChecks
from admin_api.preflight.preflight import Outside, Preflight, SetUp
from admin_api.preflight.preflight_routes import PreflightRoutes
from admin_api.rest.endpoint import Endpoint
from admin_api.settings import Settings
from admin_api.slots.gateway_client import GatewayClient
from photochanger.background import Background
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.configuration_rows import ConfigurationRows
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, Mongo
from photochanger.infrastructure.preflight_facts import PreflightFacts
from photochanger.infrastructure.preflight_repository import PreflightRepository
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.observability import Telemetry


def backup_endpoints(
    settings: Settings, mongo: Mongo, *, store: MediaStore, background: Background, audit: Audit
) -> tuple[Endpoint, ...]:
    rows = ConfigurationRows(mongo.database)
    secret_key = settings.photochanger_secret_key
    make = MakeBackup(rows, store, DatabaseClock(mongo), secret_key=secret_key)
    restore = RestoreBackup(rows, store, background, secret_keys=(secret_key, *settings.old_secret_keys))
    return BackupRoutes(make, restore, rows, audit=audit).endpoints()


def preflight_endpoints(
    settings: Settings,
    telemetry: Telemetry,
    mongo: Mongo,
    *,
    gateway: GatewayClient,
    store: MediaStore,
    broker: Broker,
    http: aiohttp.ClientSession,
    background: Background,
) -> tuple[Endpoint, ...]:
    set_up = _set_up(mongo, telemetry)
    secret_key = settings.photochanger_secret_key.get_secret_value()
    booth = OwnBooth(http, settings.gateway_url, secret_key=secret_key)
    outside = Outside(
        store=store,
        broker=broker,
        clock=DatabaseClock(mongo),
        booth=booth,
        photos=PhotoChecks(booth, gateway, JobRepository(mongo.database), photo=own_photo()),
        http=http,
        public_base_url=settings.photochanger_public_base_url,
    )
    return PreflightRoutes(Preflight(set_up, outside), set_up.runs, set_up.slots, background).endpoints()


def _set_up(mongo: Mongo, telemetry: Telemetry) -> SetUp:
    database = mongo.database
    return SetUp(
        slots=SlotRepository(database),
        settings=SettingsRepository(database),
        templates=TemplateRepository(database),
        providers=ProviderRepository(database),
        models=ProviderModelRepository(database),
        latencies=LatencyRepository(database),
        limits=ProviderLimitsRepository(database),
        quotas=QuotaRepository(database),
        breakers=Breakers(database, telemetry.metrics),
        key_tests=KeyTestRepository(database),
        facts=PreflightFacts(database),
        runs=PreflightRepository(database),
    )
