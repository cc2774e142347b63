"""The admin API sums up by itself, and a command makes the sums anew."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import Mongo, connect
from tests.admin_process import admin_settings, running_admin_api
from tests.integration.statistics.test_summing_up import THIS_HOUR, a_job, insert, summed
from tests.servers import RunningServer
from tests.service_process import service_environment

COMMAND = (sys.executable, "-m", "admin_api.rebuild_statistics")


@pytest.fixture
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(mongo_url), timeout_ms=5_000) as mongo:
        yield mongo
        await mongo.database.client.drop_database(mongo.database.name)


async def rebuilt(mongo_url: str) -> "subprocess.CompletedProcess[str]":
    environment = service_environment({"MONGO_URL": mongo_url} if mongo_url else {})
    return await asyncio.to_thread(
        subprocess.run, COMMAND, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


async def _wait_for(mongo: Mongo, hours: int) -> None:
    """Return once so many hours are summed up and nobody is at it any more."""
    done = {"owner": None, "rolled_until": {"$exists": True}}
    async with asyncio.timeout(15):
        while len(await summed(mongo, "statistics_hourly")) < hours or not await _progress(mongo, **done):
            await asyncio.sleep(0.1)


async def _progress(mongo: Mongo, **condition: object) -> object:
    return await mongo.database["statistics_progress"].find_one(condition)


async def test_the_admin_api_sums_up_what_is_due_and_the_command_makes_it_anew(mongo_url: str, mongo: Mongo) -> None:
    await insert(mongo, *(a_job(THIS_HOUR - timedelta(hours=n)) for n in range(3, 40)))
    with running_admin_api(admin_settings(mongo_url)):
        await _wait_for(mongo, 37)
    hourly = await summed(mongo, "statistics_hourly")
    await mongo.database["statistics_hourly"].update_many({}, {"$set": {"slots.$[].jobs": 5}})

    done = await rebuilt(mongo_url)

    assert (done.returncode, done.stdout.strip().endswith("hours summed up")) == (0, True), done.stderr
    assert await summed(mongo, "statistics_hourly") == hourly


async def test_the_command_waits_for_whoever_else_sums_up(mongo_url: str, mongo: Mongo) -> None:
    progress, now = mongo.database["statistics_progress"], datetime.now(UTC)
    await progress.insert_one({"_id": "rollup", "owner": "another", "lease_until": now + timedelta(hours=1)})
    pipe, environment = asyncio.subprocess.PIPE, service_environment({"MONGO_URL": mongo_url})
    process = await asyncio.create_subprocess_exec(*COMMAND, env=environment, stdout=pipe, stderr=pipe)
    assert process.stderr is not None
    try:
        async with asyncio.timeout(60):
            told = await process.stderr.readline()
            await progress.update_one({"_id": "rollup"}, {"$set": {"owner": None, "lease_until": now}})
            said, wrong = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert b"another process is summing up just now: waiting for it" in told
    assert (process.returncode, said, wrong) == (0, b"0 hours summed up\n", b"")


async def test_the_command_says_what_is_missing_or_down() -> None:
    nothing_set = await rebuilt("")
    nobody_there = await rebuilt("mongodb://127.0.0.1:9/photochanger")

    assert (nothing_set.returncode, "MONGO_URL" in nothing_set.stderr) == (78, True)
    assert (nobody_there.returncode, "run this again" in nobody_there.stderr) == (1, True)
