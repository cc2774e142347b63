"""How many photos at once and a minute."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from photochanger.domain.job import Job
from tests.dslr_client import Manners, Shot
from tests.integration.gateway.conftest import PASSWORD, StandIn, World, a_picture, ignore
from tests.integration.gateway.test_refusals import is_problem

SHOT = Shot.captured(a_picture(), PASSWORD)


async def deliver_in_a_second(stand_in: StandIn, job: Job) -> None:
    await asyncio.sleep(1.0)
    await stand_in.deliver(job)


async def until_waiting(world: World, slot_id: str, count: int) -> None:
    for _ in range(50):
        if await world.mongo.database["jobs"].count_documents({"slot_id": slot_id}) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the photos did not arrive")


async def test_a_slot_full_of_photos_is_busy_and_free_again_after_them(world: World) -> None:
    world.stand_in.script = deliver_in_a_second
    slot = await world.slot(max_in_flight=2)
    async with asyncio.TaskGroup() as booths:
        running = [booths.create_task(world.shoot(slot, SHOT)) for _ in range(2)]
        await until_waiting(world, slot.id, 2)

        refused = await world.shoot(slot, SHOT, Manners(claim_bytes=2_000_000, timeout_seconds=4))

    is_problem(refused, 429, "slot_busy")
    assert int(refused.headers["retry-after"]) >= 1
    assert [booth.result().status for booth in running] == [200, 200]
    assert (await world.shoot(slot, SHOT)).status == 200


async def test_photos_in_work_elsewhere_count_too(world: World) -> None:
    slot = await world.slot(max_in_flight=1)
    other = await world.slot()
    world.stand_in.script = ignore
    async with asyncio.TaskGroup() as booths:
        booths.create_task(world.shoot(other, SHOT))
        await until_waiting(world, other.id, 1)
        await world.mongo.database["jobs"].update_one({"slot_id": other.id}, {"$set": {"slot_id": slot.id}})

        refused = await world.shoot(slot, SHOT)
        await world.stand_in.finalizer.cancel(world.stand_in.seen[0], detail="")

    is_problem(refused, 429, "slot_busy")


async def test_a_slots_rate_refuses_with_the_time_until_the_next(world: World) -> None:
    slot = await world.slot(photos_per_minute=2)
    statuses = [(await world.shoot(slot, SHOT)).status for _ in range(2)]

    refused = await world.shoot(slot, SHOT)

    assert statuses == [200, 200]
    is_problem(refused, 429, "rate_limited")
    assert 50 <= int(refused.headers["retry-after"]) <= 60
    assert refused.problem["retry_after"] == int(refused.headers["retry-after"])


@pytest.fixture
async def strict(world: World) -> AsyncIterator[World]:
    await world.settings(photos_per_minute_per_address=2, max_waiting_requests=1, max_receiving_bytes=2**20)
    yield world
    await world.settings()


async def test_each_limit_of_the_platform_has_its_answer(strict: World) -> None:
    strict.stand_in.script = deliver_in_a_second
    slot = await strict.slot()
    first_booth, second_booth = (Manners(headers=[("X-Forwarded-For", f"198.51.100.{n}")]) for n in (1, 2))
    async with asyncio.TaskGroup() as booths:
        running = booths.create_task(strict.shoot(slot, SHOT, first_booth))
        await until_waiting(strict, slot.id, 1)
        too_many_waiting = await strict.shoot(slot, SHOT, second_booth)
    too_many_bytes = await strict.shoot(
        slot, SHOT, Manners(claim_bytes=2_000_000, timeout_seconds=4, headers=[("X-Forwarded-For", "198.51.100.3")])
    )
    first_again = [await strict.shoot(slot, SHOT, first_booth) for _ in range(2)]

    assert running.result().status == 200
    is_problem(too_many_waiting, 503, "capacity_exceeded")
    is_problem(too_many_bytes, 503, "capacity_exceeded")
    assert int(too_many_bytes.headers["retry-after"]) >= 1
    assert first_again[0].status == 200
    is_problem(first_again[1], 429, "rate_limited")
    assert 30 <= int(first_again[1].headers["retry-after"]) <= 60
