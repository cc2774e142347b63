"""The page for people, and the guide for everybody else."""

import re
from io import BytesIO
from typing import Any

import aiohttp
import orjson
import pytest
from PIL import Image

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def fetch(client: Any, path: str, accept: str = "*/*") -> tuple[int, str, str, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(client.sandbox.url + path, headers={"Accept": accept}) as answer,
    ):
        return (
            answer.status,
            answer.content_type,
            answer.headers.get("Content-Security-Policy", ""),
            await answer.text(),
        )


async def test_a_browser_gets_the_page_and_everybody_else_the_guide(client: Any) -> None:
    status, content_type, policy, page = await fetch(client, "/", "text/html,application/xhtml+xml,*/*;q=0.8")
    _, plain, _, guide = await fetch(client, "/")

    assert (status, content_type, plain) == (200, "text/html", "text/plain")
    assert "default-src 'none'" in policy
    assert "evening-rush" in guide
    assert guide == (await fetch(client, "/guide", "text/html"))[3]
    for part in re.findall(r'(?:src|href)="(/page\.\w+)"', page):
        assert (await fetch(client, part))[0] == 200, part


async def test_the_page_asks_nobody_else(client: Any) -> None:
    for part in ("/", "/page.css", "/page.js"):
        text = (await fetch(client, part, "text/html"))[3]
        assert not re.search(r"(https?:)?//(?!\s)[a-z]", re.sub(r"^\s*// .*$", "", text, flags=re.MULTILINE)), part


async def test_the_newest_pictures_are_shown_small(client: Any, photo: bytes) -> None:
    reply = await client.generate("x", photo)
    call_id = orjson.loads(reply.body)["responseId"]

    small = await client.send("GET", f"/control/pictures/{call_id}")

    assert call_id in orjson.loads((await client.send("GET", "/control/pictures")).body)["ids"]
    assert (small.status, small.content_type) == (200, "image/jpeg")
    assert max(Image.open(BytesIO(small.body)).size) == 360


async def test_a_picture_nobody_kept_is_a_404(client: Any) -> None:
    assert (await client.send("GET", "/control/pictures/none")).status == 404
