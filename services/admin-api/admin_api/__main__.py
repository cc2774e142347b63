"""The administrators' REST API."""

import asyncio

from admin_api.accounts.auth import Auth
from admin_api.accounts.first_administrator import FirstAdministrator
from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.core_endpoints import core_endpoints
from admin_api.operations.audit import Audit
from admin_api.operations_endpoints import operations_endpoints
from admin_api.photo_endpoints import PhotoEndpoints, photo_endpoints
from admin_api.rest.app import build_app
from admin_api.rest.front_page import front_page_endpoint
from admin_api.settings import Settings
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.http_server import http_server, operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import Telemetry, configure
from photochanger.preparation import Preparation
from photochanger.settings import load_settings

SERVICE = "admin-api"
#: Every answer leaves within 3 s, whatever the database does; its first silence ends the request.
DATABASE_TIMEOUT_MS = 2_000
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
    settings: Settings, telemetry: Telemetry, mongo: Mongo, of_photos: PhotoEndpoints, *, stop: asyncio.Event
) -> None:
    base_url = settings.photochanger_public_base_url
    users, passwords = UserRepository(mongo.database), Passwords()
    throttle = LoginThrottle(LoginFailures(mongo.database))
    auth = Auth(users, SessionRepository(mongo.database), passwords, throttle, is_https=base_url.startswith("https:"))
    of_core = core_endpoints(settings, mongo, auth, users, passwords=passwords, metrics=telemetry.metrics)
    first = FirstAdministrator(users, passwords, login=settings.admin_login, password=settings.admin_password)
    preparation = Preparation({"indexes": lambda: ensure_indexes(mongo.database), "first administrator": first.ensure})
    checks = {"database": mongo.ping, "preparation": preparation.missing, "process": unless_stopping(stop)}
    async with operations_endpoints(telemetry, mongo, of_photos.broker, auth, stop=stop) as of_operations:
        endpoints = (*of_core, *of_photos.endpoints, *of_operations)
        page = front_page_endpoint(endpoints, public_base_url=base_url)
        app = build_app(auth, (page, *endpoints), settings.trusted_proxies)
        async with (
            operations_server(
                telemetry, settings.listen_host, settings.metrics_port, checks, partial_checks=of_photos.checks
            ),
            http_server(app, settings.listen_host, settings.admin_port, drain_seconds=DRAIN_SECONDS),
        ):
            await preparation.run(stop)
            await stop.wait()


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
