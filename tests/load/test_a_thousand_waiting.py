"""A thousand booths waiting at once: bounded memory, and every one gets its picture. Takes about a minute."""

import asyncio

import pytest

from photochanger.domain.job import Job
from tests.dslr_client import Answer, Manners, Shot, shoot
from tests.gateway_process import running_gateway, server_environ
from tests.integration.gateway.conftest import PASSWORD, RESULT, StandIn, World, a_picture
from tests.integration.gateway.test_refusals import is_problem
from tests.servers import RunningMinio, RunningServer

BOOTHS = 1_000
MIB = 2**20
ARRIVING_AT_ONCE = 50


@pytest.mark.timeout(300)
async def test_a_thousand_waiting_booths_cost_little_and_all_get_their_picture(
    world: World, rabbitmq: RunningServer, database_url: str, minio: RunningMinio
) -> None:
    all_there = asyncio.Event()

    async def deliver_when_all_are_there(stand_in: StandIn, job: Job) -> None:
        if len(stand_in.seen) == BOOTHS:
            all_there.set()
        waiting.append(job)

    waiting: list[Job] = []
    world.stand_in.script = deliver_when_all_are_there
    slot = await world.slot(max_in_flight=1_000, sync_response_seconds=60)
    await world.settings(photos_per_minute_per_address=100_000)
    photo = Shot.captured(a_picture(560, 420), PASSWORD)
    arriving = asyncio.Semaphore(ARRIVING_AT_ONCE)

    with running_gateway(server_environ(rabbitmq, database_url, minio)) as gateway:
        await gateway.wait_ready()

        async def booth() -> Answer:
            async with arriving:
                answer = asyncio.ensure_future(shoot(f"{gateway.url}/ingest/{slot.id}", photo))
                await asyncio.sleep(0.5)
            return await answer

        async with asyncio.TaskGroup() as booths:
            answers = [booths.create_task(booth()) for _ in range(BOOTHS)]
            async with asyncio.timeout(45):
                await all_there.wait()
            resident = gateway.resident_bytes
            one_more = await shoot(
                f"{gateway.url}/ingest/{slot.id}", photo, Manners(claim_bytes=50_000, timeout_seconds=5)
            )
            await asyncio.gather(*(deliver_in_turn(world.stand_in, job) for job in waiting))

    await world.settings()
    print(f"resident with {BOOTHS} waiting: {resident / MIB:.0f} MiB")
    assert resident <= 200 * MIB
    is_problem(one_more, 503, "capacity_exceeded")
    assert {task.result().status for task in answers} == {200}
    assert all(task.result().body == RESULT for task in answers)


_TURNS = asyncio.Semaphore(8)


async def deliver_in_turn(stand_in: StandIn, job: Job) -> None:
    async with _TURNS:
        await stand_in.deliver(job)
