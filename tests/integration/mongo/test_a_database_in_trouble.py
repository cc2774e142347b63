import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from photochanger.infrastructure.mongo import DatabaseUnavailable, Mongo, connect, translated
from tests.integration.mongo.conftest import url_of
from tests.servers import RunningServer, running_mongodb

TIMEOUT_MS = 1_500


@pytest.fixture(scope="module")
def own_mongodb() -> Iterator[RunningServer]:
    # started and ended in the main thread: a server dies with the thread that started it
    with running_mongodb() as server:
        yield server


@pytest.fixture
async def mongo(own_mongodb: RunningServer) -> AsyncIterator[Mongo]:
    async with connect(url_of(own_mongodb, "tests"), timeout_ms=TIMEOUT_MS) as mongo:
        await mongo.database["things"].update_one({"_id": 1}, {"$set": {"a": 1}}, upsert=True)
        yield mongo
        own_mongodb.resume()
        own_mongodb.start()


async def find(mongo: Mongo) -> object:
    with translated():
        return await mongo.database["things"].find_one({"_id": 1})


async def found_again(mongo: Mongo, *, within_seconds: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < within_seconds:
        try:
            if await find(mongo):
                return time.monotonic() - began
        except DatabaseUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError(f"not back in {within_seconds} s")


async def test_a_hanging_database_is_unavailable_within_the_time_given(
    mongo: Mongo, own_mongodb: RunningServer
) -> None:
    own_mongodb.pause()

    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await find(mongo)

    assert time.monotonic() - began < TIMEOUT_MS / 1000 + 1


async def test_fifty_calls_to_a_hanging_database_wait_no_longer_than_one(
    mongo: Mongo, own_mongodb: RunningServer
) -> None:
    own_mongodb.pause()

    began = time.monotonic()
    outcomes = await asyncio.gather(*(find(mongo) for _ in range(50)), return_exceptions=True)

    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert time.monotonic() - began < TIMEOUT_MS / 1000 + 1.4


async def test_the_ping_says_that_the_database_hangs(mongo: Mongo, own_mongodb: RunningServer) -> None:
    own_mongodb.pause()

    began = time.monotonic()
    assert await mongo.ping() is not None
    assert time.monotonic() - began < 2


async def test_after_a_hang_calls_work_again_by_themselves(mongo: Mongo, own_mongodb: RunningServer) -> None:
    own_mongodb.pause()
    with pytest.raises(DatabaseUnavailable):
        await find(mongo)

    own_mongodb.resume()

    assert await found_again(mongo, within_seconds=5) < 5


async def test_a_killed_database_is_unavailable_and_comes_back_by_itself(
    mongo: Mongo, own_mongodb: RunningServer
) -> None:
    own_mongodb.kill()

    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await find(mongo)
    assert time.monotonic() - began < TIMEOUT_MS / 1000 + 1

    own_mongodb.start()
    assert await found_again(mongo, within_seconds=10) < 10


async def test_a_connection_is_opened_while_no_server_is_there(own_mongodb: RunningServer) -> None:
    own_mongodb.kill()
    async with connect(url_of(own_mongodb, "tests"), timeout_ms=TIMEOUT_MS) as mongo:
        assert await mongo.ping() is not None

        own_mongodb.start()

        assert await found_again(mongo, within_seconds=10) < 10
