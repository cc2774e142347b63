"""A sandbox on free ports, answering without latency, and pictures to post to it."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from PIL import Image

from sandbox.app import RunningSandbox, running_sandbox
from sandbox.settings import SandboxSettings

DEMO_PHOTO = Path(__file__).parents[3] / "deploy" / "local" / "demo-photo.jpg"
MODEL = "gemini-3-pro-image"
FORM_TYPE = "application/x-www-form-urlencoded"


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

    async def turbotext(
        self, method: str, *, key: str | None = "key-of-tests", type_: str = FORM_TYPE, **fields: str
    ) -> Reply:
        headers = {"Content-Type": type_} | ({} if key is None else {"Authorization": f"Bearer {key}"})
        async with self._session.post(
            f"{self.sandbox.url}/api_ai/{method}", data=urlencode(fields), headers=headers
        ) as response:
            return Reply(response.status, response.content_type, await response.read())

    async def queueid(self, method: str, **fields: str) -> str:
        created = orjson.loads((await self.turbotext(method, do="create_queue", **fields)).body)
        assert created["success"] in {True, "True"}, created
        return str(created["queueid"])

    async def result(self, method: str, queueid: str) -> Reply:
        """Poll until the answer is something else than `reconnect`."""
        async with asyncio.timeout(5):
            while True:
                reply = await self.turbotext(method, do="get_result", queueid=queueid)
                if b'"reconnect"' not in reply.body:
                    return reply
                await asyncio.sleep(0.02)

    async def run_job(self, method: str, **fields: str) -> dict[str, Any]:
        """Create, poll to the end, and give the answer."""
        return dict(orjson.loads((await self.result(method, await self.queueid(method, **fields))).body))


class LinkedPictures:
    """An address under which Turbotext finds what a test puts there."""

    def __init__(self, server: BaseTestServer, content: dict[str, tuple[str, bytes]]) -> None:
        self._server, self._content = server, content

    def link(self, name: str, data: bytes, content_type: str = "image/jpeg") -> str:
        self._content[name] = (content_type, data)
        return str(self._server.make_url(f"/{name}"))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def linked() -> AsyncIterator[LinkedPictures]:
    content: dict[str, tuple[str, bytes]] = {}

    async def serve(request: web.Request) -> web.Response:
        if request.match_info["name"] not in content:
            raise web.HTTPGone
        content_type, data = content[request.match_info["name"]]
        return web.Response(body=data, content_type=content_type)

    app = web.Application()
    app.router.add_get("/{name}", serve)
    async with TestServer(app) as server:
        yield LinkedPictures(server, content)


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
