import asyncio
import datetime as dt
import time
from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError, OperationFailure

from photochanger.infrastructure.mongo import (
    DatabaseClock,
    DatabaseUnavailable,
    Mongo,
    connect,
    ensure_indexes,
    literal,
    translated,
)
from tests.integration.mongo.conftest import url_of
from tests.servers import RunningServer


async def test_a_running_database_pings(mongo: Mongo) -> None:
    assert await mongo.ping() is None


async def test_times_come_back_aware(mongo: Mongo) -> None:
    at = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    await mongo.database["things"].insert_one({"_id": 1, "at": at})

    found = await mongo.database["things"].find_one({"_id": 1})

    assert found is not None
    assert found["at"] == at


async def test_a_write_is_for_a_majority_and_names_no_journal(mongo: Mongo) -> None:
    assert mongo.database.write_concern.document == {"w": "majority"}


async def test_a_value_that_looks_like_a_field_stays_a_value(mongo: Mongo) -> None:
    things = mongo.database["things"]
    await things.insert_one({"_id": 1, "secret": "canary"})

    await things.update_one({"_id": 1}, [{"$set": {"booth": literal("$secret")}}])

    found = await things.find_one({"_id": 1})
    assert found is not None
    assert found["booth"] == "$secret"


async def test_a_defect_is_not_an_unavailable_database(mongo: Mongo) -> None:
    with pytest.raises(OperationFailure), translated():
        await mongo.database["things"].update_one({}, [{"$nonsense": 1}])


async def test_a_duplicate_is_not_an_unavailable_database(mongo: Mongo) -> None:
    identity = ObjectId()
    await mongo.database["things"].insert_one({"_id": identity})

    with pytest.raises(DuplicateKeyError), translated():
        await mongo.database["things"].insert_one({"_id": identity})


async def test_a_call_over_its_time_on_the_server_is_unavailable(mongodb: RunningServer) -> None:
    async with connect(url_of(mongodb, "tests"), timeout_ms=500) as mongo:
        await mongo.database["things"].update_one({"_id": 1}, {"$set": {"a": 1}}, upsert=True)

        with pytest.raises(DatabaseUnavailable), translated():
            await mongo.database["things"].find_one({"$where": "sleep(2000) || true"})


async def test_the_clock_agrees_with_the_server(mongo: Mongo) -> None:
    async with DatabaseClock(mongo) as clock:
        with pytest.raises(DatabaseUnavailable):
            clock.now()
        await clock.sample()
        await asyncio.sleep(0.3)

        before = clock.now()
        [answer] = await mongo.database.aggregate([{"$documents": [{"now": "$$NOW"}]}]).to_list(None)

        after = clock.now()

    error = dt.timedelta(seconds=0.1)
    assert before - error < answer["now"] < after + error


async def test_the_clock_samples_by_itself(mongo: Mongo) -> None:
    async with DatabaseClock(mongo) as clock:
        began = time.monotonic()
        while time.monotonic() - began < 2:
            await asyncio.sleep(0.02)
            try:
                clock.now()
            except DatabaseUnavailable:
                continue
            break

        assert clock.now().tzinfo is not None


async def test_the_indexes_can_be_ensured_again_and_again(mongo: Mongo) -> None:
    await ensure_indexes(mongo.database)
    first = await mongo.database["jobs"].index_information()

    await ensure_indexes(mongo.database)

    assert await mongo.database["jobs"].index_information() == first
    assert first["public_id"]["unique"]
    assert first["inline_left"]["partialFilterExpression"] == {"result_inline_base64": {"$type": "string"}}


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"public_id": "x"}, "public_id"),
        ({"is_finalized": False, "$expr": {"$lte": ["$sync_deadline", "$$NOW"]}}, "overdue"),
        ({"is_finalized": False, "next_dispatch_at": {"$type": "date"}}, "undispatched"),
        ({"slot_id": "s", "is_finalized": False, "status": {"$in": ["pending", "processing"]}}, "in_flight"),
    ],
)
async def test_the_queries_of_a_photo_s_way_use_their_index(mongo: Mongo, query: dict[str, Any], index: str) -> None:
    await ensure_indexes(mongo.database)
    jobs = mongo.database["jobs"]
    await jobs.insert_many([{"public_id": str(n), "is_finalized": True, "slot_id": "s"} for n in range(50)])
    sort = {"overdue": "sync_deadline", "undispatched": "next_dispatch_at"}.get(index)

    cursor = jobs.find(query, sort=[(sort, 1)] if sort else None)
    plan = await cursor.explain()

    assert f"'indexName': '{index}'" in str(plan["queryPlanner"]["winningPlan"])
