"""All three providers on a bad day: what they were sent comes back in their words; all else the sandbox answers."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

#: In a prompt: the answer is an error, or a refusal, that repeats key, prompt, links and a piece of the picture.
ECHO, ECHOED_REFUSAL = "[echo]", "[echoed-refusal]"
#: Of a prompt, in words that are not all of it.
_START_CHARS = 40
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive"}


@dataclass
class EchoingProvider:
    """Stands before the sandbox. `piece` is what it repeats of a picture, as base64."""

    sandbox_url: str
    http: aiohttp.ClientSession
    piece: str
    url: str = ""
    #: what came in, to see that the secrets did come so far
    received: list[bytes] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    #: that the pictures were to be fetched from
    links: list[str] = field(default_factory=list)

    async def on_request(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(repr(dict(request.headers)).encode() + body)
        asked = _texts(request, body)
        self.links += [text for text in asked.values() if "/public/media/" in text]
        prompt = asked.get("prompt", "")
        self.prompts.append(prompt)
        if ECHO in prompt or ECHOED_REFUSAL in prompt:
            return _echo(request, self._words(request, asked), is_refusal=ECHOED_REFUSAL in prompt)
        return await self._forward(request, body)

    def _words(self, request: web.Request, asked: Mapping[str, str]) -> str:
        key = request.headers.get("x-goog-api-key") or request.headers.get("Authorization", "")
        said = " ".join(asked.values())
        if ECHOED_REFUSAL in said:
            return f"{asked['prompt'][:_START_CHARS]} {self.piece}"
        return f"{said} {key}"

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


def _texts(request: web.Request, body: bytes) -> dict[str, str]:
    """What a call says in words and links, its prompt under that name; nothing for a request that is no call."""
    if request.path.endswith(":generateContent"):
        parts = json.loads(body)["contents"][0]["parts"]
        return {"prompt": " ".join(part["text"] for part in parts if "text" in part)}
    if request.method == "POST" and request.path.startswith("/v1/images/"):
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + body, policy=HTTP).iter_parts()
        texts = [part for part in parts if part.get_filename() is None]
        return {str(part.get_param("name", header="content-disposition")): str(part.get_payload()) for part in texts}
    if request.method == "POST" and request.path.startswith("/api_ai/"):
        form = dict(parse_qsl(body.decode()))
        return form | {"prompt": form.pop("content", "")}
    return {}


def _echo(request: web.Request, words: str, *, is_refusal: bool) -> web.Response:
    if request.path.startswith("/api_ai/"):
        refused: dict[str, Any] = {"success": True, "data": {"forbidden_content": True}, "error": words}
        return web.json_response(refused if is_refusal else {"success": False, "error": words})
    if request.path.startswith("/v1/images/"):
        code = "moderation_blocked" if is_refusal else "invalid_value"
        error = {"message": words, "type": "invalid_request_error", "param": None, "code": code}
        return web.json_response({"error": error}, status=400)
    if is_refusal:
        return web.json_response({"candidates": [{"finishReason": "IMAGE_SAFETY", "finishMessage": words}]})
    return web.json_response({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": words}}, status=400)


@asynccontextmanager
async def echoing_provider(sandbox_url: str, *, piece: str) -> AsyncIterator[EchoingProvider]:
    """Listens on a port of its own until the block ends."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        provider = EchoingProvider(sandbox_url, http, piece)
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
