"""Servers that go away: said at once, never a wrong answer, back by itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from photochanger.domain.job import Job
from tests.dslr_client import Answer, Manners, Shot
from tests.integration.gateway.conftest import PASSWORD, RESULT, StandIn, World, a_picture, ignore
from tests.integration.gateway.test_public_results import ask
from tests.integration.gateway.test_refusals import is_problem
from tests.servers import RunningMinio, RunningRabbitmq, RunningServer

SHOT = Shot.captured(a_picture(), PASSWORD)
WINDOW = 10.0
RECOVERY_SECONDS = 10.0
HOLD_SECONDS = 2.0


@asynccontextmanager
async def paused(server: RunningServer) -> AsyncIterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.resume()


async def until_a_photo_comes_back(world: World, *, within_seconds: float = RECOVERY_SECONDS) -> Answer:
    slot = await world.slot()
    started = time.monotonic()
    while (answer := await world.shoot(slot, SHOT, Manners(timeout_seconds=15))).status != 200:
        assert time.monotonic() - started < within_seconds, answer
        await asyncio.sleep(0.2)
    return answer


async def test_without_the_database_photos_are_refused_at_once(world: World, mongodb: RunningServer) -> None:
    slot = await world.slot()
    async with asyncio.TaskGroup() as booths:
        # this one is let in while the database answers, so its row may have been written
        let_in = booths.create_task(world.shoot(slot, SHOT, Manners(hold_seconds=HOLD_SECONDS)))
        await asyncio.sleep(HOLD_SECONDS / 2)
        async with paused(mongodb):
            await asyncio.wait({let_in})
            later = await asyncio.gather(*(world.shoot(slot, SHOT) for _ in range(5)))

    is_problem(let_in.result(), 503, "outcome_unknown")
    assert let_in.result().total_seconds <= HOLD_SECONDS + 3
    for answer in later:
        is_problem(answer, 503, "storage_unavailable")
        assert answer.continued_after is None
        assert answer.total_seconds <= 3
    for answer in (let_in.result(), *later):
        assert int(answer.headers["retry-after"]) >= 1
    await until_a_photo_comes_back(world)


async def test_without_the_store_photos_are_refused_at_once(world: World, minio: RunningMinio) -> None:
    slot = await world.slot()

    async with paused(minio):
        first = await world.shoot(slot, SHOT)
        await asyncio.sleep(2.5)
        second = await world.shoot(slot, SHOT)

    for answer in (first, second):
        is_problem(answer, 503, "storage_unavailable")
        assert answer.total_seconds <= 3
    assert second.continued_after is None
    assert await world.rows(slot) == []
    await until_a_photo_comes_back(world)


async def test_without_the_queue_photos_are_refused_before_there_is_a_row(
    world: World, rabbitmq: RunningServer
) -> None:
    slot = await world.slot()
    rabbitmq.kill()
    try:
        await asyncio.sleep(0.3)
        answer = await world.shoot(slot, SHOT)
    finally:
        rabbitmq.start()

    is_problem(answer, 503, "queue_unavailable")
    assert answer.total_seconds <= 3
    assert answer.continued_after is None
    assert await world.rows(slot) == []
    await until_a_photo_comes_back(world)


async def test_a_queue_that_takes_no_messages_refuses_photos_before_there_is_a_row(
    world: World, rabbitmq: RunningRabbitmq
) -> None:
    slot = await world.slot()
    rabbitmq.ctl("set_vm_memory_high_watermark", "absolute", "1MiB")
    try:
        async with asyncio.timeout(10):
            while (await world.gateway.missing()).get("rabbitmq") is None:
                # the broker says that it blocks a connection only once something is published on it
                await world.shoot(await world.slot(), SHOT, Manners(timeout_seconds=1))
        answer = await world.shoot(slot, SHOT)
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")

    is_problem(answer, 503, "queue_unavailable")
    assert answer.continued_after is None
    assert await world.rows(slot) == []
    await until_a_photo_comes_back(world)


async def test_what_was_accepted_is_answered_though_the_queue_dies(world: World, rabbitmq: RunningServer) -> None:
    world.stand_in.script = ignore
    slot = await world.slot(sync_response_seconds=30)
    try:
        async with asyncio.TaskGroup() as booths:
            booth = booths.create_task(world.shoot(slot, SHOT))
            while not world.stand_in.seen:
                await asyncio.sleep(0.05)
            rabbitmq.kill()
            job = await world.stand_in.jobs.get(world.stand_in.seen[0])
            assert job is not None
            await world.stand_in.deliver(job)
    finally:
        rabbitmq.start()

    assert (booth.result().status, booth.result().body) == (200, RESULT)


async def test_a_silent_database_at_the_deadline_is_an_unknown_outcome_and_never_a_504(
    world: World, mongodb: RunningServer
) -> None:
    world.stand_in.script = ignore
    slot = await world.slot(sync_response_seconds=WINDOW)
    async with asyncio.TaskGroup() as booths:
        booth = booths.create_task(world.shoot(slot, SHOT))
        await asyncio.sleep(WINDOW - 1.5)
        async with paused(mongodb):
            await asyncio.wait({booth})

    is_problem(booth.result(), 503, "outcome_unknown")
    assert booth.result().first_byte_after <= WINDOW + 2
    assert booth.result().headers["x-job-id"] == (await world.the_row(slot))["_id"]


async def test_a_finished_picture_that_the_store_does_not_give_is_promised_by_its_link(
    world: World, minio: RunningMinio
) -> None:
    async def deliver_then_lose_the_store(stand_in: StandIn, job: Job) -> None:
        await stand_in.deliver(job, inline=False, before_done=minio.pause)

    world.stand_in.script = deliver_then_lose_the_store
    slot = await world.slot(sync_response_seconds=WINDOW)
    try:
        answer = await world.shoot(slot, SHOT)
        hidden = await ask(answer.headers["x-result-url"])
    finally:
        minio.resume()

    is_problem(answer, 503, "storage_unavailable")
    assert answer.headers["x-job-id"] == (await world.the_row(slot))["_id"]
    assert hidden.status == 503
    shown = await ask(answer.headers["x-result-url"])
    assert (shown.status, shown.body) == (200, RESULT)


async def test_a_link_without_the_database_is_a_503_and_never_a_404(world: World, mongodb: RunningServer) -> None:
    answer = await until_a_photo_comes_back(world, within_seconds=20)

    async with paused(mongodb):
        page = await ask(answer.headers["x-result-url"])

    assert page.status == 503
    assert b"storage_unavailable" in page.body


@pytest.fixture(autouse=True)
async def everything_is_well_again(world: World) -> AsyncIterator[None]:
    yield
    await world.gateway.wait_ready()
