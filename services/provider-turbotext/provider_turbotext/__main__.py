"""Runs photos through Turbotext's photo API."""

import asyncio

from photochanger.observability import Telemetry, configure, get_logger
from photochanger.provider_worker.service import provider_key, run_provider
from photochanger.settings import load_settings
from provider_turbotext.adapter import turbotext_adapter
from provider_turbotext.manifest import NAME
from provider_turbotext.settings import Settings

SERVICE = "provider-turbotext"

log = get_logger(__name__)


async def run(settings: Settings, telemetry: Telemetry) -> None:
    if settings.inputs_cannot_be_fetched:
        log.error(
            "turbotext_cannot_fetch_photos",
            public_base_url=settings.photochanger_public_base_url,
            next="every photo fails until PHOTOCHANGER_PUBLIC_BASE_URL is an address that Turbotext can reach",
        )
    key = provider_key(settings, NAME, environment_key=settings.turbotext_api_key)
    async with turbotext_adapter(
        key.current, settings.turbotext_base_url, result_hosts=settings.turbotext_result_hosts
    ) as adapter:
        await run_provider(settings, telemetry, adapter, key=key, check_key=adapter.check_key)


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
