"""A session may ask so often a minute, of all replicas together; each answer says what is left."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.request_rates import RequestRates
from tests.admin_people import ask, log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api

LIMIT = 40


@pytest.fixture(scope="module")
def api_settings(mongo_url: str) -> dict[str, str]:
    return admin_settings(mongo_url) | {"ADMIN_REQUESTS_PER_MINUTE": str(LIMIT)}


@pytest.fixture(scope="module")
def other_url(api_settings: dict[str, str], api_url: str) -> Iterator[str]:
    with running_admin_api(api_settings) as url:
        yield url


async def a_whole_minute_lies_ahead(mongo: Mongo) -> None:
    now = (await mongo.database.command("hello"))["localTime"]
    if now.second > 50:
        await asyncio.sleep(61 - now.second)


async def test_beyond_its_limit_a_session_waits_and_others_do_not(
    api_url: str, other_url: str, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    token, other = await log_in(stranger), await log_in(stranger)
    await a_whole_minute_lies_ahead(mongo)

    async with (
        logged_in(api_url, token) as here,
        logged_in(other_url, token) as there,
        logged_in(api_url, other) as else_,
    ):
        first = await here.get("/api/v1/session")
        statuses = [(await (here, there)[n % 2].get("/api/v1/session")).status for n in range(LIMIT + 10)]
        refused = await here.get("/api/v1/session")
        problem = await refused.json()
        fresh = (await else_.get("/api/v1/session")).status

    assert first.headers["RateLimit-Limit"] == str(LIMIT)
    assert int(first.headers["RateLimit-Remaining"]) == LIMIT - 1
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60
    answered = statuses.count(200) + 1
    # each of two replicas may be a twentieth late
    assert LIMIT <= answered <= LIMIT + 2 * LIMIT // 20
    assert (refused.status, problem["code"], refused.headers["RateLimit-Remaining"]) == (429, "rate_limited", "0")
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
    assert fresh == 200


async def test_who_is_not_logged_in_is_told_of_no_limit(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get("/api/v1/openapi.json") as answer:
        assert not [name for name in answer.headers if name.lower().startswith("ratelimit")]
    assert (await ask(stranger, "GET", "/api/v1/session"))[0] == 401


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_burst_is_written_down_seldom_and_a_new_minute_is_whole(mongo: Mongo) -> None:
    clock = Clock()
    rates = RequestRates(mongo.database, per_minute=1_000, clock=clock)
    await a_whole_minute_lies_ahead(mongo)

    uses = [await rates.count("somebody") for _ in range(40)]
    row = await mongo.database["request_rates"].find_one({"_id": "somebody"})

    assert [use.remaining for use in uses] == list(range(999, 959, -1))
    assert row is not None
    assert row["used"] == 1
    clock.now += 1.1
    await rates.count("somebody")
    row = await mongo.database["request_rates"].find_one({"_id": "somebody"})
    assert row is not None
    assert row["used"] == 41
    clock.now += 60
    await mongo.database["request_rates"].update_one({"_id": "somebody"}, {"$inc": {"minute": -1}})
    assert (await rates.count("somebody")).remaining == 999
