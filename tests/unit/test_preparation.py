"""What must have succeeded once before a service is ready."""

import asyncio

from photochanger import preparation
from photochanger.preparation import Preparation


class Step:
    """Fails so many times, then succeeds."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionError("the server is down")


async def test_what_is_still_to_do_is_said_until_it_is_done() -> None:
    prepared = Preparation({"indexes": Step(), "buckets": Step()})

    before = await prepared.missing()
    await prepared.run(asyncio.Event())

    assert before == "still to do: indexes, buckets"
    assert await prepared.missing() is None


async def test_a_server_that_is_down_is_waited_for() -> None:
    step = Step(failures=1)

    await Preparation({"indexes": step}).run(asyncio.Event())

    assert step.calls == 2


async def test_a_stop_ends_the_waiting_at_once() -> None:
    stop, step = asyncio.Event(), Step(failures=1_000)
    prepared = Preparation({"indexes": step})

    async with asyncio.timeout(preparation.RETRY_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(prepared.run(stop))
        await asyncio.sleep(0.01)
        stop.set()

    assert await prepared.missing() == "still to do: indexes"
