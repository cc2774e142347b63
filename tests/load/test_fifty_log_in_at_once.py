"""Fifty people log in at once, again and again: everybody else hardly notices."""

import asyncio
import statistics
import time
import uuid
from collections import Counter
from collections.abc import Iterator

import aiohttp
import pytest

from admin_api.accounts.passwords import HASHES_AT_ONCE, WAITING_AT_ONCE
from tests.admin_people import log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.servers import RunningServer

AT_ONCE = 50
SECONDS = 8.0
PAUSE_SECONDS = 0.02
MAX_P95_SECONDS = 0.3


@pytest.fixture(scope="module")
def api_url(mongodb: RunningServer) -> Iterator[str]:
    url = mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")
    with running_admin_api(admin_settings(url) | {"TRUSTED_PROXIES": "127.0.0.0/8"}) as address:
        yield address


async def guess(http: aiohttp.ClientSession, number: int) -> int:
    """Try a login of its own from an address of its own: nothing but the line in front of the hashes slows it down."""
    headers = {"X-Forwarded-For": f"198.18.{number // 256 % 256}.{number % 256}"}
    body = {"login": f"crowd-{number}", "password": "guessed"}
    async with http.post("/api/v1/session", json=body, headers=headers) as answer:
        assert answer.status in {401, 503}
        assert answer.status == 401 or answer.headers["Retry-After"] == "2"
        return answer.status


async def crowd(url: str, until: float) -> Counter[int]:
    """Give how many were evaluated (401) and sent away (503), in rounds of fifty."""
    ends: Counter[int] = Counter()
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(url, connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        while time.monotonic() < until:
            first = ends.total()
            ends.update(await asyncio.gather(*(guess(http, first + number) for number in range(AT_ONCE))))
    return ends


async def looks(http: aiohttp.ClientSession, until: float) -> list[float]:
    """Give how long each look at the slots took."""
    took = []
    while time.monotonic() < until:
        began = time.monotonic()
        async with http.get("/api/v1/slots") as answer:
            assert answer.status == 200
            await answer.read()
        took.append(time.monotonic() - began)
        await asyncio.sleep(PAUSE_SECONDS)
    return took


async def test_fifty_logins_at_once_leave_the_api_its_speed(api_url: str) -> None:
    async with aiohttp.ClientSession(api_url) as stranger:
        token = await log_in(stranger)
    async with logged_in(api_url, token) as http:
        alone = await looks(http, time.monotonic() + 2)
        until = time.monotonic() + SECONDS
        ends, beside = await asyncio.gather(crowd(api_url, until), looks(http, until))

    p95_alone, p95 = (statistics.quantiles(took, n=20)[-1] for took in (alone, beside))
    print(
        f"\nlogins evaluated {ends[401]}, sent away {ends[503]} in {SECONDS:g} s; GET /slots p95 alone"
        f" {p95_alone * 1000:.0f} ms, beside them {p95 * 1000:.0f} ms, longest {max(beside) * 1000:.0f} ms"
    )
    assert ends[503] > 0
    assert ends[401] >= HASHES_AT_ONCE + WAITING_AT_ONCE
    assert p95 <= MAX_P95_SECONDS
