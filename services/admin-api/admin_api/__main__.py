"""The administrators' REST API."""

import asyncio

from admin_api.app import build_app
from admin_api.audit import Audit
from admin_api.audit_routes import AuditRoutes
from admin_api.auth import Auth
from admin_api.endpoint import Endpoint
from admin_api.first_administrator import FirstAdministrator
from admin_api.front_page import front_page_endpoint
from admin_api.login_throttle import LoginThrottle
from admin_api.passwords import Passwords
from admin_api.photo_endpoints import photo_endpoints
from admin_api.provider_routes import ProviderRoutes
from admin_api.session_routes import SessionRoutes
from admin_api.settings import Settings
from admin_api.settings_routes import SettingsRoutes
from admin_api.statistics_routes import StatisticsRoutes
from admin_api.user_routes import UserRoutes
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.http_server import http_server, operations_server, stop_on_signals
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.provider_key_repository import ProviderKeyRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.sealing import Sealer
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.statistics_reader import StatisticsReader
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import Telemetry, configure
from photochanger.preparation import Preparation
from photochanger.settings import load_settings

SERVICE = "admin-api"
DATABASE_TIMEOUT_MS = 3_000
DRAIN_SECONDS = 10.0


async def run(settings: Settings, telemetry: Telemetry) -> None:
    """Serve until a signal says stop."""
    stop = stop_on_signals()
    async with (
        connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo,
        photo_endpoints(settings, telemetry, mongo, Audit(AuditRepository(mongo.database))) as of_photos,
    ):
        await _serve(settings, telemetry, mongo, of_photos, stop=stop)


async def _serve(
    settings: Settings, telemetry: Telemetry, mongo: Mongo, of_photos: tuple[Endpoint, ...], *, stop: asyncio.Event
) -> None:
    users, passwords = UserRepository(mongo.database), Passwords()
    is_https = settings.photochanger_public_base_url.startswith("https:")
    throttle = LoginThrottle(LoginFailures(mongo.database))
    auth = Auth(users, SessionRepository(mongo.database), passwords, throttle, is_https=is_https)
    endpoints = (*_people(mongo, auth, users, passwords), *of_photos, *_platform(settings, mongo))
    page = front_page_endpoint(endpoints, public_base_url=settings.photochanger_public_base_url)
    app = build_app(auth, (page, *endpoints))
    first = FirstAdministrator(users, passwords, login=settings.admin_login, password=settings.admin_password)
    preparation = Preparation({"indexes": lambda: ensure_indexes(mongo.database), "first administrator": first.ensure})
    checks = {"database": mongo.ping, "preparation": preparation.missing}
    async with (
        operations_server(telemetry, settings.listen_host, settings.metrics_port, checks),
        http_server(app, settings.listen_host, settings.admin_port, drain_seconds=DRAIN_SECONDS),
    ):
        await preparation.run(stop)
        await stop.wait()


def _people(mongo: Mongo, auth: Auth, users: UserRepository, passwords: Passwords) -> tuple[Endpoint, ...]:
    entries = AuditRepository(mongo.database)
    audit = Audit(entries)
    return (
        *SessionRoutes(auth, users, passwords, audit).endpoints(),
        *UserRoutes(users, passwords, auth, audit).endpoints(),
        *AuditRoutes(entries).endpoints(),
    )


def _platform(settings: Settings, mongo: Mongo) -> tuple[Endpoint, ...]:
    database, secret_key = mongo.database, settings.photochanger_secret_key
    audit = Audit(AuditRepository(database))
    providers, keys = ProviderRepository(database), ProviderKeyRepository(database)
    return (
        *StatisticsRoutes(StatisticsReader(database)).endpoints(),
        *SettingsRoutes(SettingsRepository(database), audit, secret_key=secret_key).endpoints(),
        *ProviderRoutes(providers, keys, sealer=Sealer(secret_key), audit=audit).endpoints(),
    )


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
