"""Runs photos through OpenAI's image models."""

import asyncio

from photochanger.observability import Telemetry, configure
from photochanger.provider_worker.service import provider_key, run_provider
from photochanger.settings import load_settings
from provider_openai.adapter import openai_adapter
from provider_openai.manifest import NAME
from provider_openai.settings import Settings

SERVICE = "provider-openai"


async def run(settings: Settings, telemetry: Telemetry) -> None:
    key = provider_key(settings, NAME, environment_key=settings.openai_api_key)
    async with openai_adapter(key.current, settings.openai_base_url) as adapter:
        await run_provider(settings, telemetry, adapter, key=key, check_key=adapter.check_key)


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
