"""The administrators' REST API."""

import asyncio

from admin_api.accounts.first_administrator import FirstAdministrator
from admin_api.all_endpoints import all_endpoints, new_accounts, new_shared
from admin_api.operations.audit import Audit
from admin_api.operations_endpoints import operations_endpoints
from admin_api.photo_endpoints import PhotoEndpoints, photo_endpoints
from admin_api.rest.app import build_app
from admin_api.settings import Settings
from admin_api.statistics.rolling_up import keep_rolling_up
from photochanger.background import running
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.http_server import http_server, operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.statistics_rollup import StatisticsRollup
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
    accounts = new_accounts(settings, mongo)
    first = FirstAdministrator(
        accounts.users, accounts.passwords, login=settings.admin_login, password=settings.admin_password
    )
    preparation = Preparation({"indexes": lambda: ensure_indexes(mongo.database), "first administrator": first.ensure})
    checks = {"database": mongo.ping, "preparation": preparation.missing, "process": unless_stopping(stop)}
    rolling_up = keep_rolling_up(StatisticsRollup(mongo.database), telemetry, stop=stop)
    async with operations_endpoints(telemetry, mongo, of_photos.broker, accounts.auth, stop=stop) as of_operations:
        endpoints = all_endpoints(
            settings, telemetry, mongo, accounts=accounts, others=(*of_photos.endpoints, *of_operations)
        )
        app = build_app(accounts.auth, endpoints, settings.trusted_proxies, new_shared(settings, mongo))
        async with (
            operations_server(
                telemetry, settings.listen_host, settings.metrics_port, checks, partial_checks=of_photos.checks
            ),
            http_server(app, settings.listen_host, settings.admin_port, drain_seconds=DRAIN_SECONDS),
        ):
            await preparation.run(stop)
            async with running(rolling_up, name="statistics_rollup"):
                await stop.wait()


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
