"""A sandbox on free ports, answering without latency, and pictures to post to it."""

import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from sandbox.app import RunningSandbox, running_sandbox
from sandbox.settings import SandboxSettings

DEMO_PHOTO = Path(__file__).parents[3] / "deploy" / "local" / "demo-photo.jpg"
MODEL = "gemini-3-pro-image"


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


class SandboxClient:
    """Posts like a plain HTTP client, so that the wire is seen as it is."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: RunningSandbox) -> None:
        self._session = session
        self.sandbox = sandbox

    async def send(
        self, method: str, path: str, *, json: Any = None, data: bytes | None = None, key: str | None = "key-of-tests"
    ) -> Reply:
        headers = {} if key is None else {"x-goog-api-key": key}
        async with self._session.request(
            method, self.sandbox.url + path, json=json, data=data, headers=headers
        ) as response:
            return Reply(response.status, response.content_type, await response.read())

    async def generate(
        self, prompt: str, *pictures: bytes, model: str = MODEL, method: str = "generateContent", **config: Any
    ) -> Reply:
        parts: list[dict[str, Any]] = [
            {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(picture).decode()}}
            for picture in pictures
        ]
        body: dict[str, Any] = {"contents": [{"role": "user", "parts": [*parts, {"text": prompt}]}]}
        if config:
            body["generationConfig"] = {"imageConfig": config}
        return await self.send("POST", f"/v1beta/models/{model}:{method}", json=body)


@pytest.fixture(scope="session")
def photo() -> bytes:
    return DEMO_PHOTO.read_bytes()


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., bytes]:
    def make(colour: str = "teal", size: tuple[int, int] = (60, 40), kind: str = "JPEG", **options: Any) -> bytes:
        buffer = BytesIO()
        Image.new("RGB", size, colour).save(buffer, kind, **options)
        return buffer.getvalue()

    return make


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def shared_client() -> AsyncIterator[SandboxClient]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with running_sandbox(settings) as sandbox, aiohttp.ClientSession() as session:
        yield SandboxClient(session, sandbox)


@pytest_asyncio.fixture(loop_scope="package")
async def client(shared_client: SandboxClient) -> AsyncIterator[SandboxClient]:
    yield shared_client
    await shared_client.send("DELETE", "/control")
    await shared_client.send("DELETE", "/control/calls")
