"""Whose guesses are counted and whose changes recorded: the client's address, behind our own proxies only."""

import uuid
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from photochanger.infrastructure.login_failures import ADDRESS_BURST
from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import LOGIN, PASSWORD, ask, log_in, logged_in
from tests.admin_process import running_admin_api

#: One more is let through every six seconds.
GUESSES = ADDRESS_BURST + 4


def is_slowed_down(statuses: list[int]) -> bool:
    return statuses[:ADDRESS_BURST] == [401] * ADDRESS_BURST and statuses[-1] == 429


@pytest.fixture(scope="module")
def behind_proxy_url(api_settings: dict[str, str]) -> Iterator[str]:
    """Another replica, behind a proxy on this machine."""
    with running_admin_api(api_settings | {"TRUSTED_PROXIES": "127.0.0.0/8"}) as url:
        yield url


@pytest.fixture
async def behind_proxy(behind_proxy_url: str, mongo: Mongo) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(behind_proxy_url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


async def guesses(http: aiohttp.ClientSession, *addresses: str) -> list[int]:
    """Give the status of a wrong login for each address that the proxy names."""
    statuses = []
    for address in addresses:
        wrong = {"login": f"nobody-{uuid.uuid4().hex[:8]}", "password": "guessed"}
        status, _ = await ask(http, "POST", "/api/v1/session", wrong, headers={"X-Forwarded-For": address})
        statuses.append(status)
    return statuses


async def test_guesses_are_counted_by_the_address_behind_our_proxy(behind_proxy: aiohttp.ClientSession) -> None:
    many = await guesses(behind_proxy, *["1.1.1.1, 203.0.113.9"] * GUESSES)
    other = await guesses(behind_proxy, "203.0.113.9, 203.0.113.10")

    assert is_slowed_down(many)
    assert other == [401]


async def test_an_ipv6_network_is_one_guesser(behind_proxy: aiohttp.ClientSession) -> None:
    many = await guesses(behind_proxy, *(f"2001:db8::{number}" for number in range(1, GUESSES + 1)))

    assert is_slowed_down(many)


async def test_nobody_chooses_an_address_without_our_proxy(stranger: aiohttp.ClientSession) -> None:
    many = await guesses(stranger, *(f"203.0.113.{number}" for number in range(1, GUESSES + 1)))

    assert is_slowed_down(many)


async def test_the_audit_says_from_where_a_change_came(
    behind_proxy: aiohttp.ClientSession, behind_proxy_url: str
) -> None:
    login = f"user-{uuid.uuid4().hex[:8]}"
    async with logged_in(behind_proxy_url, await log_in(behind_proxy)) as admin:
        user = {"login": login, "password": PASSWORD, "role": "viewer"}
        await ask(admin, "POST", "/api/v1/users", user, headers={"X-Forwarded-For": "203.0.113.77"})
        _, audit = await ask(admin, "GET", "/api/v1/audit?limit=1")

    [entry] = audit["items"]
    assert (entry["actor"], entry["address"], entry["target"]) == (LOGIN, "203.0.113.77", f"users/{login}")
    assert entry["outcome"] == "done"
