"""A provider that is down costs the booths little, and is asked again soon after it is back."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from photochanger.domain.breaker import HALF_OPEN_AFTER_SECONDS
from photochanger.domain.slot import Operation, Route, Slot
from tests.admin_people import ask, log_in, logged_in
from tests.dslr_client import Answer
from tests.e2e.product import KNOWN_EVERYWHERE_SECONDS, Product
from tests.photos import camera_jpeg

WINDOW_SECONDS = 10
#: 45 % of the window are kept for a fallback.
CUT_AFTER_SECONDS = 0.55 * WINDOW_SECONDS
#: What a steady provider itself takes, also for the photo that finds it well.
ANSWER_SECONDS = 0.5
PHOTO = camera_jpeg(900, 600)
TURBOTEXT = Route(provider="turbotext", operation=Operation.IMAGE_EDIT, params={"prompt": "fallback"})


@asynccontextmanager
async def gemini_down(product: Product, kind: str) -> AsyncIterator[None]:
    address = f"{product.stack.info['sandbox_url']}/control/outage/gemini"
    async with product.http.put(address, json={"kind": kind}) as answer:
        assert answer.status == 200, await answer.text()
    try:
        yield
    finally:
        async with product.http.delete(address):
            pass


@pytest.fixture
async def steady(product: Product) -> AsyncIterator[None]:
    """Both providers take exactly half a second."""
    address = f"{product.stack.info['sandbox_url']}/control/latency"
    async with product.http.put(address, json={"seconds": ANSWER_SECONDS}) as answer:
        assert answer.status == 200
    yield
    async with product.http.delete(address):
        pass


@pytest.fixture
async def admin(product: Product) -> AsyncIterator[aiohttp.ClientSession]:
    info = product.stack.info
    async with aiohttp.ClientSession(str(info["admin_url"])) as stranger:
        token = await log_in(stranger, str(info["admin_login"]), str(info["admin_password"]))
    async with logged_in(str(info["admin_url"]), token) as http:
        yield http


async def gemini_slot(product: Product, *, has_fallback: bool) -> Slot:
    fallbacks = (TURBOTEXT,) if has_fallback else ()
    return await product.slot(fallbacks=fallbacks, sync_response_seconds=WINDOW_SECONDS)


async def gemini(admin: aiohttp.ClientSession) -> dict[str, Any]:
    status, shown = await ask(admin, "GET", "/api/v1/providers/gemini")
    assert status == 200
    return dict(shown)


async def outage_state(admin: aiohttp.ClientSession) -> str:
    shown = (await gemini(admin))["breakers"]
    return next((str(one["state"]) for one in shown if one["reason"] == "outage"), "closed")


@asynccontextmanager
async def booth(product: Product, slot: Slot) -> AsyncIterator[list[Answer]]:
    """Posts a photo every half second while the block runs; the answers as they come."""
    answers: list[Answer] = []

    async def post() -> None:
        answers.append(await product.shoot(slot, PHOTO))

    async def post_on(group: asyncio.TaskGroup) -> None:
        while True:
            group.create_task(post())
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as group:
        posting = group.create_task(post_on(group))
        yield answers
        posting.cancel()


async def seconds_until(admin: aiohttp.ClientSession, state: str) -> float:
    began = time.monotonic()
    async with asyncio.timeout(40):
        while await outage_state(admin) != state:
            await asyncio.sleep(0.1)
    return time.monotonic() - began


async def providers_of(product: Product, answer: Answer) -> list[str]:
    return [attempt.provider for attempt in (await product.row(answer.headers["x-job-id"])).attempts]


@pytest.mark.usefixtures("steady")
async def test_with_gemini_down_from_the_first_second_a_slot_with_a_fallback_hardly_notices(
    product: Product, admin: aiohttp.ClientSession
) -> None:
    slot = await gemini_slot(product, has_fallback=True)
    direct = await product.slot(provider="turbotext", sync_response_seconds=WINDOW_SECONDS)
    async with gemini_down(product, "drop"):
        first = [await product.shoot(slot, PHOTO) for _ in range(2)]
        assert await outage_state(admin) == "closed"
        first.append(await product.shoot(slot, PHOTO))
        assert await outage_state(admin) == "open"
        await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)

        pairs = [(await product.shoot(slot, PHOTO), await product.shoot(direct, PHOTO)) for _ in range(5)]

    assert {answer.status for answer in (*first, *(one for pair in pairs for one in pair))} == {200}
    medians = [statistics.median(answer.total_seconds for answer in column) for column in zip(*pairs, strict=True)]
    assert medians[0] - medians[1] <= 0.3
    async with booth(product, slot):
        assert await seconds_until(admin, "closed") <= 20
    await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)
    assert await providers_of(product, await product.shoot(slot, PHOTO)) == ["gemini"]


@pytest.mark.usefixtures("steady")
async def test_after_a_hang_it_closes_within_the_pause_one_cut_and_two_seconds(
    product: Product, admin: aiohttp.ClientSession
) -> None:
    slot = await gemini_slot(product, has_fallback=False)
    async with gemini_down(product, "hang"):
        hung = await asyncio.gather(*(product.shoot(slot, PHOTO) for _ in range(3)))
        assert await seconds_until(admin, "open") < 2
        await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)
        async with booth(product, slot) as answers:
            await seconds_until(admin, "half_open")
            meanwhile = list(answers)
            # the worst moment to come back: a photo has just begun to try in vain
            async with product.http.delete(f"{product.stack.info['sandbox_url']}/control/outage/gemini"):
                pass
            seconds = await seconds_until(admin, "closed")
            await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)

    assert {answer.status for answer in hung} == {504}
    assert len(meanwhile) > 10
    assert {(answer.status, answer.code) for answer in meanwhile} == {(503, "provider_unavailable")}
    assert max(answer.total_seconds for answer in meanwhile) < 2
    assert seconds <= HALF_OPEN_AFTER_SECONDS + CUT_AFTER_SECONDS + 2 + ANSWER_SECONDS
    assert (await product.shoot(slot, PHOTO)).status == 200


async def test_an_open_breaker_without_a_fallback_is_a_503_at_once_and_no_call(
    product: Product, admin: aiohttp.ClientSession
) -> None:
    slot = await gemini_slot(product, has_fallback=False)
    status, _ = await ask(admin, "PUT", "/api/v1/providers/gemini/breaker", {"state": "open"})
    await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)

    answer = await product.shoot(slot, PHOTO)
    closed, _ = await ask(admin, "PUT", "/api/v1/providers/gemini/breaker", {"state": "closed"})
    await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)

    assert (status, closed) == (204, 204)
    assert (answer.status, answer.code) == (503, "provider_unavailable")
    assert answer.total_seconds < 2
    assert int(answer.headers["retry-after"]) > 0
    assert await product.calls(slot) == []
    assert (await product.shoot(slot, PHOTO)).status == 200


async def test_over_a_limit_the_fallback_delivers_or_the_booth_hears_at_once_when_to_come_back(
    product: Product, admin: aiohttp.ClientSession
) -> None:
    alone, helped = [await gemini_slot(product, has_fallback=has_fallback) for has_fallback in (False, True)]
    async with limited(admin, requests_per_minute=1):
        first = await product.shoot(alone, PHOTO)
        refused, delivered = await product.shoot(alone, PHOTO), await product.shoot(helped, PHOTO)
        uses = (await gemini(admin))["uses"]

    assert (first.status, refused.status, refused.code) == (200, 503, "provider_unavailable")
    assert refused.total_seconds < 2
    assert 30 < int(refused.headers["retry-after"]) <= 62
    assert delivered.status == 200
    assert [len(await product.calls(slot)) for slot in (alone, helped)] == [1, 0]
    assert next(use for use in uses if use["limit"] == "requests_per_minute")["taken_ahead_seconds"] > 30


@asynccontextmanager
async def limited(admin: aiohttp.ClientSession, **limits: int) -> AsyncIterator[None]:
    """Set Gemini's limits; in force everywhere when the block begins, gone when it has ended."""

    async def put(changes: dict[str, int | None]) -> None:
        async with admin.get("/api/v1/providers/gemini") as answer:
            version = {"If-Match": answer.headers["ETag"]}
        status, _ = await ask(admin, "PATCH", "/api/v1/providers/gemini/limits", changes, headers=version)
        assert status == 200
        await asyncio.sleep(2)

    await put({**limits})
    try:
        yield
    finally:
        await put(dict.fromkeys(limits))
