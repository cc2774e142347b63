"""Both providers on a bad day: what it was sent comes back in the error's text; all else the sandbox answers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

#: In a prompt: the answer is an error that repeats key, prompt and links.
ECHO = "[echo]"
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive"}


@dataclass
class EchoingProvider:
    sandbox_url: str
    http: aiohttp.ClientSession
    url: str = ""
    #: what came in, to see that the secrets did come so far
    received: list[bytes] = field(default_factory=list)

    async def on_request(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(repr(dict(request.headers)).encode() + body)
        asked = "create_queue" in body.decode(errors="replace") or "generateContent" in request.path
        text = (await request.post()).get("content", "") if request.path.startswith("/api_ai/") else body.decode()
        if asked and ECHO in str(text):
            return _echo(request, str(text))
        return await self._forward(request, body)

    async def _forward(self, request: web.Request, body: bytes) -> web.StreamResponse:
        url = f"{self.sandbox_url}{request.path_qs}"
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            async with self.http.request(request.method, url, data=body, headers=kept, allow_redirects=False) as answer:
                data = await answer.read()
                headers = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
                return web.Response(status=answer.status, body=data, headers=headers)
        except aiohttp.ClientError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)


def _echo(request: web.Request, text: str) -> web.Response:
    key = request.headers.get("x-goog-api-key") or request.headers.get("Authorization", "")
    words = f"You sent the key {key} and said {text[-2_000:]}"
    if request.path.startswith("/api_ai/"):
        return web.json_response({"success": False, "error": words})
    error = {"code": 400, "status": "INVALID_ARGUMENT", "message": _prompt_of(text) + f" with the key {key}"}
    return web.json_response({"error": error}, status=400)


def _prompt_of(text: str) -> str:
    parts = json.loads(text)["contents"][0]["parts"]
    return " ".join(part["text"] for part in parts if "text" in part)


@asynccontextmanager
async def echoing_provider(sandbox_url: str) -> AsyncIterator[EchoingProvider]:
    """Stands before the sandbox."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        provider = EchoingProvider(sandbox_url, http)
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", provider.on_request)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield provider
        finally:
            await runner.cleanup()
