"""Work that is done again and again."""

import asyncio

from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically


async def test_a_round_that_fails_is_counted_and_the_next_one_comes() -> None:
    stop, telemetry, rounds = asyncio.Event(), Telemetry("tests"), 0

    async def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("a bad round")
        stop.set()

    await run_periodically(work, telemetry, name="tests.work", seconds=0.01, stop=stop)

    assert rounds == 2
    assert b'photochanger_background_errors_total{where="tests.work"} 1.0' in telemetry.render()


async def test_a_stop_does_not_wait_for_the_pause() -> None:
    stop, started = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()

    async with asyncio.timeout(1), asyncio.TaskGroup() as group:
        group.create_task(run_periodically(work, Telemetry("tests"), name="tests.work", seconds=60, stop=stop))
        await started.wait()
        stop.set()
