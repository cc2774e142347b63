"""A picture and a timeout that reach the database in the same moment: one of them wins, and both are told the truth."""

import asyncio
import os
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import SecretStr

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo, connect
from tests.integration.jobs.test_the_row_of_a_job import processing
from tests.job_rows import delivery
from tests.servers import RunningServer

#: `RACES=10000` for the table of docs/reliability.md.
RACES = int(os.environ.get("RACES", "1000"))
AT_ONCE = 250
#: Between the two writes, and around the first moment in which a timeout may win.
APART_SECONDS, AROUND_SECONDS = 0.01, 0.1
#: Rows are made this long before their race.
AHEAD = timedelta(seconds=1.5)
RESERVE_SECONDS = 0.5

#: Whether `done` won and whether `timeout` did, and what the row must say then. Nobody wins when the one comes too
#: early and the machine holds the other up until the window is over: then the row stays, and whoever waits tries again.
TOLD = {(True, False): JobStatus.DONE, (False, True): JobStatus.TIMEOUT, (False, False): JobStatus.PROCESSING}

pytestmark = pytest.mark.timeout(150)


@dataclass(frozen=True)
class Race:
    job_id: str
    done_at: float
    timeout_at: float


@pytest.fixture
async def gateway(mongodb: RunningServer, mongo: Mongo) -> AsyncIterator[JobRepository]:
    """The other process: a connection of its own to the same database."""
    url = mongodb.url.replace("/photochanger?", f"/{mongo.database.name}?")
    async with connect(SecretStr(url), timeout_ms=3_000) as other:
        yield JobRepository(other.database)


async def copies_of(job_id: str, mongo: Mongo, count: int) -> list[str]:
    """Copy a row that a worker has, each copy with a deadline of its own; gives the ids."""
    original = await mongo.database["jobs"].find_one({"_id": job_id})
    assert original is not None
    hello = await mongo.database.command("hello")
    fresh = {"sync_deadline": hello["localTime"] + AHEAD, "created_at": hello["localTime"]}
    ids = [str(uuid.uuid4()) for _ in range(count)]
    await mongo.database["jobs"].insert_many(
        [original | fresh | {"_id": each, "public_id": uuid.uuid4().hex} for each in ids]
    )
    return ids


async def run_race(race: Race, worker: JobRepository, gateway: JobRepository) -> tuple[bool, bool]:
    """Whether `done` won, whether `timeout` won."""
    loop = asyncio.get_running_loop()

    async def done() -> bool:
        await asyncio.sleep(race.done_at - loop.time())
        return await worker.finish_done(race.job_id, delivery(1, "A")) is not None

    async def timeout() -> bool:
        await asyncio.sleep(race.timeout_at - loop.time())
        return await gateway.finish_timeout(race.job_id) is not None

    async with asyncio.TaskGroup() as group:
        tries = group.create_task(done()), group.create_task(timeout())
    return tries[0].result(), tries[1].result()


async def test_never_both_and_the_row_is_what_the_winner_was_told(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo, gateway: JobRepository
) -> None:
    dice, seen = random.Random(1), Counter[tuple[bool, bool]]()
    original = await processing(jobs, attempts)
    wrong = list[str]()
    for _ in range(RACES // AT_ONCE):
        ids = await copies_of(original.id, mongo, AT_ONCE)
        moment = asyncio.get_running_loop().time() + AHEAD.total_seconds() - RESERVE_SECONDS
        races = []
        for job_id in ids:
            at = moment + dice.uniform(-AROUND_SECONDS, AROUND_SECONDS)
            races.append(Race(job_id, at, at + dice.uniform(-APART_SECONDS, APART_SECONDS)))
        ends = await asyncio.gather(*(run_race(race, jobs, gateway) for race in races))
        statuses = {
            row["_id"]: row["status"] async for row in mongo.database["jobs"].find({"_id": {"$in": ids}}, {"status": 1})
        }
        wrong += [
            f"{job_id}: told {end}, is {statuses[job_id]}"
            for job_id, end in zip(ids, ends, strict=True)
            if TOLD.get(end) != statuses[job_id]
        ]
        seen.update(ends)

    assert wrong == []
    assert seen[True, False], "done must win sometimes, or nothing raced"
    assert seen[False, True], "so must timeout"
    print(f"{RACES} races: {dict(seen)}")
