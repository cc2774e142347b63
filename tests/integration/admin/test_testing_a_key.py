"""\"Test this key\": asked here, answered by the provider's service, and the key travels nowhere."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.background import running
from photochanger.infrastructure.key_test_repository import FORGOTTEN_AFTER_MS, KeyTestRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.key_tests import LOOK_SECONDS, CheckKey, KeyTests
from tests.admin_people import ask
from tests.integration.admin.test_settings_and_keys import a_provider, key_of

KEY = "canary-provider-key-7G2x"


@asynccontextmanager
async def served(mongo: Mongo, provider: str, check: CheckKey | None) -> AsyncIterator[None]:
    """A provider service as far as tests of keys go, two replicas of it."""
    replicas = [KeyTests(provider, key_of(mongo, provider), check, KeyTestRepository(mongo.database)) for _ in range(2)]

    async def look() -> None:
        await asyncio.gather(*(replica.look() for replica in replicas))

    looking = run_periodically(look, Telemetry("test"), name="look", seconds=LOOK_SECONDS, stop=asyncio.Event())
    async with running(looking, name="look"):
        yield


async def result_of(admin: aiohttp.ClientSession, provider: str) -> tuple[int, dict[str, object]]:
    return await ask(admin, "POST", f"/api/v1/providers/{provider}/key/test")


async def test_the_key_just_saved_is_the_one_that_is_tested_and_of_two_replicas_one_asks(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider, asked = await a_provider(mongo), list[str]()

    async def check(key: SecretStr) -> None:
        asked.append(key.get_secret_value())

    async with served(mongo, provider, check):
        first = await result_of(admin, provider)
        await ask(admin, "PUT", f"/api/v1/providers/{provider}/key", {"api_key": KEY})
        status, result = await result_of(admin, provider)

    assert (first[0], first[1]["verdict"]) == (200, "accepted")
    assert (status, result["verdict"], result["last4"]) == (200, "accepted", KEY[-4:])
    assert asked == ["environment's", KEY]
    row = await mongo.database["providers"].find_one({"_id": provider})
    assert KEY not in str([row, result])


async def test_a_refused_key_is_told_with_the_provider_s_words(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider = await a_provider(mongo)

    async def check(_key: SecretStr) -> None:
        raise ProviderFailure(FailureKind.AUTH, "HTTP 401")

    async with served(mongo, provider, check):
        status, result = await result_of(admin, provider)

    assert (status, result["verdict"], result["detail"]) == (200, "refused", "HTTP 401")


async def test_two_who_ask_at_once_get_the_answer_to_one_question(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider, asked = await a_provider(mongo), list[str]()

    async def check(_key: SecretStr) -> None:
        asked.append("once")
        await asyncio.sleep(0.5)

    async with served(mongo, provider, check):
        answers = await asyncio.gather(result_of(admin, provider), result_of(admin, provider))

    assert [(status, result["verdict"]) for status, result in answers] == [(200, "accepted")] * 2
    assert asked == ["once"]


async def test_without_a_service_the_answer_is_that_there_is_none(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider, started = await a_provider(mongo), time.monotonic()

    status, problem = await result_of(admin, provider)

    assert (status, problem["code"]) == (503, "provider_unavailable")
    assert time.monotonic() - started < 15


async def test_a_question_whose_asker_has_left_is_not_answered(mongo: Mongo) -> None:
    provider, tests = await a_provider(mongo), KeyTestRepository(mongo.database)
    await tests.ask(provider)
    long_ago = {"$subtract": ["$$NOW", FORGOTTEN_AFTER_MS + 1]}
    await mongo.database["providers"].update_one({"_id": provider}, [{"$set": {"key_test.asked_at": long_ago}}])

    assert await tests.take(provider) is None
    await tests.ask(provider)
    assert await tests.take(provider) is not None


@pytest.mark.parametrize("name", ["unheard", "$ne", "a" * 200])
async def test_a_foreign_provider_has_no_key_to_test(admin: aiohttp.ClientSession, name: str) -> None:
    status, problem = await result_of(admin, name)

    assert (status, problem["code"]) == (404, "not_found")
