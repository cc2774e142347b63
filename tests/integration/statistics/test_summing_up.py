"""Hours are summed up once their jobs have ended, by whoever comes, and never counted twice."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from photochanger.domain.statistics import PeriodSums
from photochanger.domain.statistics_spans import DAY, HOUR, Span, floor_to
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.statistics_reader import StatisticsReader
from photochanger.infrastructure.statistics_rollup import StatisticsRollup, read_progress

Row = dict[str, Any]

THIS_HOUR = floor_to(datetime.now(UTC), HOUR)


def a_job(came: datetime, *, is_finalized: bool = True, **changes: object) -> Row:
    row: Row = {
        "_id": str(uuid.uuid4()),
        "public_id": uuid.uuid4().hex,
        "slot_id": "demo",
        "source": "ingest",
        "status": "done" if is_finalized else "processing",
        "is_finalized": is_finalized,
        "failure_reason": None,
        "failure_detail": "",
        "created_at": came,
        "sync_deadline": came + timedelta(seconds=48),
        "finalized_at": came + timedelta(seconds=3) if is_finalized else None,
        "attempts": [],
    }
    return row | changes


async def insert(mongo: Mongo, *rows: Row) -> None:
    await mongo.database["jobs"].insert_many(list(rows))


async def total(mongo: Mongo, *, days: int = 3) -> PeriodSums:
    now = datetime.now(UTC)
    return (await StatisticsReader(mongo.database).count(Span(now - timedelta(days=days), now))).total


async def summed(mongo: Mongo, name: str) -> dict[datetime, int]:
    """How many jobs each document of the collection counts."""
    documents = await mongo.database[name].find().sort("_id", 1).to_list(None)
    return {document["_id"]: sum(slot["jobs"] for slot in document["slots"]) for document in documents}


async def test_every_hour_with_photos_is_summed_up_and_every_whole_day(mongo: Mongo) -> None:
    noon = floor_to(THIS_HOUR, DAY) - timedelta(days=2) + timedelta(hours=12)
    await insert(mongo, a_job(noon), a_job(noon), a_job(noon + HOUR), a_job(noon + DAY), a_job(datetime.now(UTC)))

    assert await StatisticsRollup(mongo.database).roll_up(at_most=1_000) == 3

    assert await summed(mongo, "statistics_hourly") == {noon: 2, noon + HOUR: 1, noon + DAY: 1}
    assert await summed(mongo, "statistics_daily") == {floor_to(noon, DAY): 3, floor_to(noon, DAY) + DAY: 1}
    assert (await total(mongo)).slots["demo"].jobs == 5
    assert await StatisticsRollup(mongo.database).roll_up(at_most=1_000) == 0


async def test_replicas_that_come_at_once_count_nothing_twice(mongo: Mongo) -> None:
    start = THIS_HOUR - timedelta(hours=30)
    await insert(mongo, *(a_job(start + timedelta(minutes=7 * n)) for n in range(200)))
    replicas = [StatisticsRollup(mongo.database) for _ in range(4)]

    for _ in range(30):
        await asyncio.gather(*(replica.roll_up(at_most=1) for replica in replicas))

    assert sum((await summed(mongo, "statistics_hourly")).values()) == 200
    assert (await total(mongo)).slots["demo"].jobs == 200


async def test_an_hour_waits_for_its_last_job(mongo: Mongo) -> None:
    came = THIS_HOUR - timedelta(hours=5)
    running = a_job(came + timedelta(minutes=59), is_finalized=False)
    await insert(mongo, a_job(came - HOUR), a_job(came), running, a_job(came + HOUR))
    rollup = StatisticsRollup(mongo.database)

    assert await rollup.roll_up(at_most=1_000) == 1
    before = (await total(mongo)).slots["demo"]
    assert (before.jobs, before.done, before.running) == (4, 3, 1)

    ended = {"is_finalized": True, "status": "timeout", "failure_reason": "timeout", "finalized_at": came + HOUR}
    await mongo.database["jobs"].update_one({"_id": running["_id"]}, {"$set": ended})
    assert await rollup.roll_up(at_most=1_000) == 2
    after = (await total(mongo)).slots["demo"]
    assert (after.jobs, after.done, after.timeouts, after.running) == (4, 3, 1, 0)


async def test_sums_outlive_the_rows(mongo: Mongo) -> None:
    came = THIS_HOUR - timedelta(hours=40)
    failed: dict[str, Any] = {"status": "failed", "failure_reason": "provider_error", "failure_detail": "it said no"}
    await insert(mongo, a_job(came), a_job(came + timedelta(minutes=1), **failed))
    await StatisticsRollup(mongo.database).roll_up(at_most=1_000)
    before = await total(mongo)

    await mongo.database["jobs"].delete_many({})

    after = await total(mongo)
    assert after == before
    assert after.failures["demo", "provider_error"].count == 1
    assert await StatisticsReader(mongo.database).words([after.failures["demo", "provider_error"].job_id]) == {}


async def test_a_claim_of_a_dead_process_lapses(mongo: Mongo) -> None:
    await insert(mongo, a_job(THIS_HOUR - timedelta(hours=5)))
    progress = mongo.database["statistics_progress"]
    far = datetime.now(UTC) + timedelta(hours=1)
    await progress.insert_one({"_id": "rollup", "owner": "dead", "lease_until": far})
    rollup = StatisticsRollup(mongo.database)

    assert await rollup.roll_up(at_most=1_000) == 0
    assert await rollup.rebuild() is None

    await progress.update_one({"_id": "rollup"}, {"$set": {"lease_until": datetime.now(UTC) - HOUR}})
    assert await rollup.roll_up(at_most=1_000) == 1


async def test_sums_are_made_anew_where_all_rows_are_there(mongo: Mongo) -> None:
    old = floor_to(THIS_HOUR, DAY) - timedelta(days=40)
    await insert(mongo, *(a_job(THIS_HOUR - timedelta(hours=n)) for n in range(2, 60)), a_job(old))
    rollup = StatisticsRollup(mongo.database)
    await rollup.roll_up(at_most=1_000)
    hourly, daily = await summed(mongo, "statistics_hourly"), await summed(mongo, "statistics_daily")
    until = (await read_progress(mongo.database)).rolled_until
    await mongo.database["jobs"].delete_one({"created_at": old})
    wrong = {"slots.$[].jobs": 77}
    for name in ("statistics_hourly", "statistics_daily"):
        await mongo.database[name].update_many({"_id": {"$gt": old + DAY}}, {"$set": wrong})
    await mongo.database["statistics_hourly"].delete_one({"_id": THIS_HOUR - timedelta(hours=9)})

    this_hour = floor_to(datetime.now(UTC), HOUR)
    assert await rollup.rebuild() == 30 * 24 - (this_hour + HOUR - (until or this_hour)) // HOUR

    assert await summed(mongo, "statistics_hourly") == hourly
    assert await summed(mongo, "statistics_daily") == daily
    assert hourly[old] == 1


async def test_without_a_photo_there_is_nothing_to_sum_up(mongo: Mongo) -> None:
    rollup = StatisticsRollup(mongo.database)

    assert (await rollup.roll_up(at_most=1_000), await rollup.rebuild()) == (0, 0)
    assert (await total(mongo)).slots == {}
