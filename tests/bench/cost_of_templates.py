"""What a template picture costs the Gemini service: `python -m tests.bench.cost_of_templates`, 1 minute, no servers.

The same calls with the template inside the request and as a file, the sandbox in a process of its own; CPU is that of
the calling process alone.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
from pydantic import SecretStr

from deploy.local.ports import free_port_block
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation
from photochanger.infrastructure.provider_file_repository import ProviderFile
from photochanger.provider_worker.ports import InputPicture, InputTemplate, ProviderRequest
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from provider_gemini.file_upload import upload
from provider_gemini.template_files import TemplateFiles
from tests.booth_pictures import jpeg_photograph
from tests.provider_images import CountingPlace, GivenImages, guest_photo
from tests.service_process import running_service

SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 40_000_000)
CALLS, ROUNDS = 10, 3


class GivenFile(TemplateFiles):
    """Says that every template is this file."""

    def __init__(self, clients: GeminiClients, file: ProviderFile) -> None:
        super().__init__(clients)
        self._file_given = file

    async def of(self, templates: Sequence[InputTemplate], key: SecretStr) -> tuple[InputPicture | ProviderFile, ...]:
        return (self._file_given,)


async def _key() -> SecretStr:
    return SecretStr("bench")


async def _cost(adapter: GeminiAdapter, template: InputPicture) -> tuple[float, float]:
    """CPU and wall milliseconds of a call, the best round's."""
    images = GivenImages(guest_photo(jpeg_photograph(side=512)), (template,))
    request = ProviderRequest(Operation.STYLE_TRANSFER, {"prompt": "art"}, images, CountingPlace(), 60)
    found: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.monotonic()
        for _ in range(CALLS):
            await adapter.call(request)
        found.append(((time.process_time() - cpu) * 1000 / CALLS, (time.monotonic() - wall) * 1000 / CALLS))
    return min(found)


async def main(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(100):
            try:
                await http.get(url)
                break
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    print("| template bytes | inline CPU / wall ms | file CPU / wall ms | one upload CPU / wall ms |")
    async with GeminiClients(url) as clients:
        for size in SIZES:
            template = InputPicture("style", PictureType.JPEG, secrets.token_bytes(size))
            async with clients.of(await _key()) as client:
                cpu, wall = time.process_time(), time.monotonic()
                file, _ = await upload(client, template, base_url=url)
                uploaded = ((time.process_time() - cpu) * 1000, (time.monotonic() - wall) * 1000)
            inline = GeminiAdapter(clients, key=_key, now=lambda: datetime.now(UTC))
            filed = GeminiAdapter(clients, key=_key, now=lambda: datetime.now(UTC), files=GivenFile(clients, file))
            costs = (await _cost(inline, template), await _cost(filed, template), uploaded)
            print(f"| {size} | " + " | ".join(f"{cpu:.1f} / {wall:.0f}" for cpu, wall in costs) + " |", flush=True)


if __name__ == "__main__":
    port = free_port_block(1)
    settings = {"SANDBOX_PORT": str(port), "SANDBOX_LATENCY_SECONDS": "0", "SANDBOX_BEHAVIOUR": "canned"}
    with running_service("sandbox", settings, wait=False):
        asyncio.run(main(f"http://127.0.0.1:{port}"))
