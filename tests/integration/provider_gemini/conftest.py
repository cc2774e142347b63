"""Gemini replicas as far as templates and models go: real MongoDB, the sandbox as Gemini, no loop around."""

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.background import Background
from photochanger.domain.slot import Operation
from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from photochanger.infrastructure.provider_file_repository import ProviderFileRepository
from photochanger.observability import Telemetry
from photochanger.provider_worker.ports import InputPicture, ProviderAnswer, ProviderRequest
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from provider_gemini.template_files import TemplateFiles
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.provider_images import CountingPlace, GivenImages, guest_photo
from tests.servers import RunningServer

FILE_FROM_BYTES = 10_000


@dataclass(frozen=True)
class GeminiSandbox:
    """Gemini, and the control over it."""

    url: str
    http: aiohttp.ClientSession

    async def control(self, method: str, path: str, body: object = None) -> Any:
        async with self.http.request(method, f"{self.url}/control/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def uploads(self) -> list[dict[str, Any]]:
        uploads: list[dict[str, Any]] = (await self.control("GET", "gemini/files"))["uploads"]
        return uploads

    async def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = (await self.control("GET", "calls"))["calls"]
        return calls


class Replica:
    """One process's adapter with its own connections; the key is one that may be changed."""

    def __init__(self, mongo: Mongo, background: Background, clients: GeminiClients) -> None:
        self.key = "canary-key-0123456789"
        self.mongo = mongo
        self.passed_seconds = 0.0
        self.files = TemplateFiles(clients, from_bytes=FILE_FROM_BYTES, clock=self._clock)
        self.files.keep_in(ProviderFileRepository(mongo.database), background)
        self.adapter = GeminiAdapter(clients, key=self._key, now=lambda: datetime.now(UTC), files=self.files)

    def _clock(self) -> float:
        return time.monotonic() + self.passed_seconds

    async def _key(self) -> SecretStr:
        return SecretStr(self.key)

    async def call(self, prompt: str, *templates: InputPicture, seconds: float = 30) -> ProviderAnswer:
        images = GivenImages(guest_photo(jpeg_photograph(side=256)), templates)
        request = ProviderRequest(Operation.STYLE_TRANSFER, {"prompt": prompt}, images, CountingPlace(), seconds)
        return await self.adapter.call(request)


@pytest.fixture
def mongo_url(mongodb: RunningServer) -> SecretStr:
    return SecretStr(mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?"))


@pytest.fixture
async def mongo(mongo_url: SecretStr) -> AsyncIterator[Mongo]:
    async with connect(mongo_url, timeout_ms=5_000) as mongo:
        await ensure_indexes(mongo.database)
        yield mongo
        await mongo.database.client.drop_database(mongo.database.name)


@pytest.fixture
async def gemini() -> AsyncIterator[GeminiSandbox]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with running_sandbox(settings) as sandbox, aiohttp.ClientSession() as http:
        yield GeminiSandbox(sandbox.url, http)


@pytest.fixture
async def replicas(mongo_url: SecretStr, mongo: Mongo, gemini: GeminiSandbox) -> AsyncIterator[tuple[Replica, Replica]]:
    async with AsyncExitStack() as stack:

        async def one() -> Replica:
            own = await stack.enter_async_context(connect(mongo_url, timeout_ms=5_000))
            background = await stack.enter_async_context(Background(Telemetry("test"), close_seconds=0.1))
            clients = await stack.enter_async_context(GeminiClients(gemini.url))
            return Replica(own, background, clients)

        yield await one(), await one()
