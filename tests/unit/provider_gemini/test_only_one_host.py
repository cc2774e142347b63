"""Neither the key nor a picture leaves for another host, wherever an answer points."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from provider_gemini.client import ForeignHost, only_to


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    visits: list[str] = []

    async def visited(request: web.Request) -> web.Response:
        visits.append(request.path)
        return web.Response()

    async def send_away(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(str(elsewhere.make_url("/trap")))

    other, own = web.Application(), web.Application()
    other.router.add_post("/{path:.*}", visited)
    own.router.add_post("/away", send_away)
    own.router.add_post("/here", visited)
    async with TestServer(other) as elsewhere, TestServer(own) as here:
        base_url = str(here.make_url("")).rstrip("/")
        async with aiohttp.ClientSession(middlewares=(only_to(base_url),)) as session:
            async with session.post(here.make_url("/here"), data=b"x") as answer:
                assert answer.status == 200
            with pytest.raises(ForeignHost):
                await session.post(here.make_url("/away"), data=b"picture")

    assert visits == ["/here"]
