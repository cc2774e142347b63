"""The admin API as its own process, and people who use it."""

import uuid
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import Mongo, connect
from tests.admin_people import PASSWORD, ask, log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.servers import RunningServer


@pytest.fixture(scope="module")
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


@pytest.fixture(scope="module")
def api_settings(mongo_url: str) -> dict[str, str]:
    return admin_settings(mongo_url)


@pytest.fixture(scope="module")
def api_url(api_settings: dict[str, str]) -> Iterator[str]:
    with running_admin_api(api_settings) as url:
        yield url


@pytest.fixture
async def mongo(mongo_url: str, api_url: str) -> AsyncIterator[Mongo]:
    """The service's database, without the failed logins of the test before."""
    async with connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo:
        await mongo.database["login_failures"].delete_many({})
        yield mongo


@pytest.fixture
async def stranger(api_url: str, mongo: Mongo) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(api_url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


@pytest.fixture
async def admin(api_url: str, stranger: aiohttp.ClientSession) -> AsyncIterator[aiohttp.ClientSession]:
    async with logged_in(api_url, await log_in(stranger)) as http:
        yield http


@pytest.fixture
async def viewer(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientSession]:
    login = f"viewer-{uuid.uuid4().hex[:8]}"
    status, _ = await ask(admin, "POST", "/api/v1/users", {"login": login, "password": PASSWORD, "role": "viewer"})
    assert status == 201
    async with logged_in(api_url, await log_in(stranger, login)) as http:
        yield http
