"""The admin API sums up by itself, and a command makes the sums anew."""

import asyncio
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import Mongo, connect
from tests.admin_process import admin_settings, running_admin_api
from tests.integration.statistics.test_summing_up import THIS_HOUR, a_job, insert, summed
from tests.servers import RunningServer
from tests.service_process import service_environment


@pytest.fixture
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


async def rebuilt(mongo_url: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "admin_api.rebuild_statistics"]
    environment = service_environment({"MONGO_URL": mongo_url} if mongo_url else {})
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


async def _wait_for(mongo: Mongo, hours: int) -> None:
    async with asyncio.timeout(15):
        while len(await summed(mongo, "statistics_hourly")) < hours:
            await asyncio.sleep(0.1)


async def test_the_admin_api_sums_up_what_is_due_and_the_command_makes_it_anew(mongo_url: str) -> None:
    async with connect(SecretStr(mongo_url), timeout_ms=5_000) as mongo:
        await insert(mongo, *(a_job(THIS_HOUR - timedelta(hours=n)) for n in range(3, 40)))
        with running_admin_api(admin_settings(mongo_url)):
            await _wait_for(mongo, 37)
        hourly = await summed(mongo, "statistics_hourly")
        await mongo.database["statistics_hourly"].update_many({}, {"$set": {"slots.$[].jobs": 5}})

        done = await rebuilt(mongo_url)

        assert (done.returncode, done.stdout.strip().endswith("hours summed up")) == (0, True), done.stderr
        assert await summed(mongo, "statistics_hourly") == hourly
        await mongo.database.client.drop_database(mongo.database.name)


async def test_the_command_says_what_is_missing_or_down() -> None:
    nothing_set = await rebuilt("")
    nobody_there = await rebuilt("mongodb://127.0.0.1:9/photochanger")

    assert (nothing_set.returncode, "MONGO_URL" in nothing_set.stderr) == (78, True)
    assert (nobody_there.returncode, "run this again" in nobody_there.stderr) == (1, True)
