"""Runs photos through Google Gemini."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from photochanger.background import running
from photochanger.infrastructure.provider_file_repository import ProviderFileRepository
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.observability import Telemetry, configure
from photochanger.periodic import run_periodically
from photochanger.provider_worker.provider_key import ProviderKey
from photochanger.provider_worker.service import Servers, provider_key, run_provider
from photochanger.settings import load_settings
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from provider_gemini.key_check import KeyCheck
from provider_gemini.manifest import NAME
from provider_gemini.model_check import LOOK_SECONDS, ModelCheck
from provider_gemini.settings import Settings, forget_sdk_variables
from provider_gemini.template_files import TemplateFiles

SERVICE = "provider-gemini"


async def run(settings: Settings, telemetry: Telemetry) -> None:
    key = provider_key(settings, NAME, environment_key=settings.gemini_api_key)
    async with GeminiClients(settings.gemini_base_url) as clients:
        files = TemplateFiles(clients, from_bytes=settings.gemini_file_from_bytes)
        adapter = GeminiAdapter(clients, key=key.current, now=lambda: datetime.now(UTC), files=files)

        @asynccontextmanager
        async def extra(servers: Servers) -> AsyncIterator[None]:
            files.keep_in(ProviderFileRepository(servers.mongo.database), servers.background)
            async with _checking_models(clients, adapter, key, servers):
                yield

        await run_provider(settings, telemetry, adapter, key=key, check_key=KeyCheck(clients).check, extra=extra)


@asynccontextmanager
async def _checking_models(
    clients: GeminiClients, adapter: GeminiAdapter, key: ProviderKey, servers: Servers
) -> AsyncIterator[None]:
    database = servers.mongo.database
    check = ModelCheck(clients, ProviderModelRepository(database), SlotRepository(database), key=key.current)
    adapter.tell_of_unknown_models(check.ask_soon)
    name, never = "gemini.models", asyncio.Event()
    looking = run_periodically(check.look, servers.telemetry, name=name, seconds=LOOK_SECONDS, stop=never)
    async with running(looking, name=name):
        yield


def main() -> None:
    settings = load_settings(Settings, SERVICE)
    forget_sdk_variables()
    asyncio.run(run(settings, configure(SERVICE, settings.log_level)))


if __name__ == "__main__":
    main()
