"""Runs photos through Google Gemini."""

import asyncio
from datetime import UTC, datetime

from photochanger.observability import Telemetry, configure
from photochanger.provider_worker.service import provider_key, run_provider
from photochanger.settings import load_settings
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from provider_gemini.key_check import KeyCheck
from provider_gemini.manifest import NAME
from provider_gemini.settings import Settings, forget_sdk_variables

SERVICE = "provider-gemini"


async def run(settings: Settings, telemetry: Telemetry) -> None:
    key = provider_key(settings, NAME, environment_key=settings.gemini_api_key)
    async with GeminiClients(settings.gemini_base_url) as clients:
        adapter = GeminiAdapter(clients, key=key.current, now=lambda: datetime.now(UTC))
        await run_provider(settings, telemetry, adapter, key=key, check_key=KeyCheck(clients).check)


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    forget_sdk_variables()
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
