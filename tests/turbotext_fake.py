"""Turbotext's wire in a few lines: a queue, links to results, and whatever else a test wants to hear."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.booth_pictures import jpeg_photograph

Answer = web.StreamResponse | dict[str, object]
PICTURE = jpeg_photograph("coffee.png", side=640)


@dataclass
class FakeTurbotext:
    """Each step answers what is in its queue, then as the real one does when all is well."""

    url: str = ""
    created: deque[Answer] = field(default_factory=deque)
    polls: deque[Answer] = field(default_factory=deque)
    downloads: deque[Answer] = field(default_factory=deque)
    #: what the finished answer has beside `success`
    result: dict[str, object] = field(default_factory=lambda: {"uploaded_image": "download.php?f=1.png"})
    forms: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    #: fetches the links of each `create_queue`, as the real one does
    fetches_inputs: bool = False
    fetched: list[tuple[str, int, str]] = field(default_factory=list)
    #: while cleared, polls are told to come again
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def queued(self) -> list[dict[str, str]]:
        return [form for form in self.forms if form["do"] == "create_queue"]

    async def on_method(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append({"method": request.match_info["method"], **form})
        self.keys.append(request.headers.get("Authorization", ""))
        if form["do"] == "create_queue":
            await self._fetch_inputs(form)
            return _response(self.created.popleft() if self.created else {"success": True, "queueid": 4711})
        if self.polls:
            return _response(self.polls.popleft())
        if not self.is_ready.is_set():
            return _response({"success": False, "action": "reconnect"})
        return _response({"success": True, "error": "", "data": {}, **self.result})

    async def on_download(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers.get("Authorization", ""))
        if self.downloads:
            return _response(self.downloads.popleft())
        return web.Response(body=PICTURE, content_type="text/html")

    async def _fetch_inputs(self, form: dict[str, str]) -> None:
        if not self.fetches_inputs:
            return
        for name in ("url", "url_image_target"):
            if name in form:
                async with aiohttp.ClientSession() as session, session.get(form[name]) as answer:
                    self.fetched.append((form[name], answer.status, answer.content_type))


def _response(answer: Answer) -> web.StreamResponse:
    return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)


@asynccontextmanager
async def fake_turbotext() -> AsyncIterator[FakeTurbotext]:
    """A running fake whose results are ready at the first poll."""
    fake = FakeTurbotext()
    fake.is_ready.set()
    app = web.Application()
    app.router.add_post("/api_ai/{method}", fake.on_method)
    app.router.add_get("/download.php", fake.on_download)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
