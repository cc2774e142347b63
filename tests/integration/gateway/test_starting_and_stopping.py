"""A gateway that starts alone, is told nonsense, or has to go."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.ports import free_port_block
from photochanger.domain.job import Job
from tests.dslr_client import Shot, shoot
from tests.gateway_process import GatewayProcess, running_gateway, server_environ
from tests.integration.gateway.conftest import PASSWORD, StandIn, World, a_picture
from tests.integration.gateway.test_refusals import is_problem
from tests.servers import RunningMinio, RunningServer

SHOT = Shot.captured(a_picture(), PASSWORD)


@pytest.mark.alone
async def test_it_starts_without_its_servers_and_says_what_is_missing() -> None:
    nobody = free_port_block(1)
    environ = {
        "AMQP_URL": f"amqp://127.0.0.1:{nobody}/",
        "MONGO_URL": f"mongodb://127.0.0.1:{nobody}/nowhere",
        "S3_URL": f"http://127.0.0.1:{nobody}",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "b",
    }
    with running_gateway(environ) as gateway:
        missing = await missing_within(gateway, 3.0)

        answer = await shoot(f"{gateway.url}/ingest/demo", SHOT)

    assert {"mongodb", "rabbitmq", "store"} <= missing.keys()
    is_problem(answer, 503, "storage_unavailable")
    assert answer.total_seconds <= 3


async def missing_within(gateway: GatewayProcess, seconds: float) -> dict[str, str]:
    started = time.monotonic()
    while True:
        try:
            return await gateway.missing()
        except OSError:
            assert time.monotonic() - started < seconds, gateway.log
            await asyncio.sleep(0.05)


def test_a_wrong_setting_is_one_line_and_code_78() -> None:
    root = Path(__file__).resolve().parents[3]
    environ = {"PYTHONPATH": f"{root / 'shared'}:{root / 'services/ingest-gateway'}", "TRUSTED_PROXIES": "nonsense"}

    ended = subprocess.run(
        [sys.executable, "-m", "ingest_gateway"], env=environ, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 78
    assert ended.stderr.count("\n") == 1
    assert all(name in ended.stderr for name in ("AMQP_URL", "MONGO_URL", "TRUSTED_PROXIES"))


async def test_a_stopping_gateway_answers_its_photos_takes_no_more_and_ends_well(
    world: World, rabbitmq: RunningServer, database_url: str, minio: RunningMinio
) -> None:
    async def deliver_later(stand_in: StandIn, job: Job) -> None:
        await asyncio.sleep(2.0)
        await stand_in.deliver(job)

    world.stand_in.script = deliver_later
    slot = await world.slot()
    with running_gateway(server_environ(rabbitmq, database_url, minio)) as gateway:
        await gateway.wait_ready()
        async with asyncio.TaskGroup() as booths:
            booth = booths.create_task(shoot(f"{gateway.url}/ingest/{slot.id}", SHOT))
            while not world.stand_in.seen:
                await asyncio.sleep(0.05)

            gateway.ask_to_stop()
            await asyncio.sleep(0.5)
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        status = await asyncio.to_thread(gateway.wait, 10)

    assert booth.result().status == 200
    assert status == 0
