"""Puts together all that is served, for the service and for the document about it."""

from collections.abc import Iterable

from admin_api.accounts.account_endpoints import Accounts
from admin_api.core_endpoints import core_endpoints
from admin_api.rest.app import Shared
from admin_api.rest.cors import Cors
from admin_api.rest.endpoint import Endpoint
from admin_api.rest.front_page import front_page_endpoint
from admin_api.rest.own_page import OwnPage
from admin_api.rest.web_pages import pages_in
from admin_api.settings import Settings
from photochanger.infrastructure.idempotency_repository import IdempotencyRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.request_rates import RequestRates
from photochanger.infrastructure.sealing import Sealer
from photochanger.observability import Telemetry


def new_accounts(settings: Settings, mongo: Mongo) -> Accounts:
    is_https = settings.photochanger_public_base_url.startswith("https:")
    return Accounts(mongo, OwnPage(is_https=is_https, allowed_origins=settings.admin_allowed_origins))


def new_shared(settings: Settings, mongo: Mongo) -> Shared:
    return Shared(
        RequestRates(mongo.database, per_minute=settings.admin_requests_per_minute),
        IdempotencyRepository(mongo.database),
        Sealer(settings.photochanger_secret_key, *settings.old_secret_keys),
        Cors(settings.admin_allowed_origins),
        pages_in(settings.web_folder, public_base_url=settings.photochanger_public_base_url),
    )


def all_endpoints(
    settings: Settings, telemetry: Telemetry, mongo: Mongo, *, accounts: Accounts, others: Iterable[Endpoint]
) -> tuple[Endpoint, ...]:
    """Give everything that is served, but what tells of it."""
    of_core = core_endpoints(settings, mongo, metrics=telemetry.metrics)
    endpoints = (*accounts.endpoints(), *of_core, *others)
    page = front_page_endpoint(endpoints, public_base_url=settings.photochanger_public_base_url)
    return (page, *endpoints)
