"""The admin API as its own process, and people who use it."""

import uuid
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from pydantic import SecretStr

from deploy.local.ports import free_port_block
from photochanger.infrastructure.mongo import Mongo, connect
from tests.admin_people import LOGIN, PASSWORD, ask, log_in, logged_in
from tests.servers import RunningServer
from tests.service_process import running_service

BASE_URL = "https://photos.example"
SECRET_KEY = "k" * 40


@pytest.fixture(scope="module")
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


@pytest.fixture(scope="module")
def api_settings(mongo_url: str) -> dict[str, str]:
    return {
        "MONGO_URL": mongo_url,
        "ADMIN_PORT": str(free_port_block(1)),
        "ADMIN_LOGIN": LOGIN,
        "ADMIN_PASSWORD": PASSWORD,
        "PHOTOCHANGER_SECRET_KEY": SECRET_KEY,
        "PHOTOCHANGER_PUBLIC_BASE_URL": BASE_URL,
        # nothing in these tests goes there, and without them the rest must work
        "AMQP_URL": "amqp://nobody:nothing@127.0.0.1:9/",
        "S3_URL": "http://127.0.0.1:9",
        "S3_ACCESS_KEY": "nobody",
        "S3_SECRET_KEY": "nothing",
    }


@pytest.fixture(scope="module")
def api_url(api_settings: dict[str, str]) -> Iterator[str]:
    with running_service("admin_api", api_settings):
        yield f"http://127.0.0.1:{api_settings['ADMIN_PORT']}"


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
