import asyncio

import pytest

from photochanger.infrastructure.cached_check import CachedCheck
from photochanger.infrastructure.fresh_copies import MAX_COPIES, FreshCopies


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Source:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.value: str | None = None
        self.error: Exception | None = None

    async def read(self, _key: str) -> str | None:
        return await self.load()

    async def load(self) -> str | None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Source:
    return Source()


async def test_a_miss_is_remembered_for_a_second(clock: Clock, source: Source) -> None:
    copies = FreshCopies(source.read, clock=clock)
    assert await copies.get("a") is None
    source.value = "new"

    clock.seconds = 0.99
    assert await copies.get("a") is None

    clock.seconds = 1.0
    assert await copies.get("a") == "new"


async def test_a_burst_on_an_old_copy_asks_once_and_is_not_held_by_a_read_that_hangs(clock: Clock) -> None:
    asked, answer = 0, asyncio.Event()

    async def read(_key: str) -> str:
        nonlocal asked
        asked += 1
        if asked > 1:
            await answer.wait()
        return f"read {asked}"

    copies = FreshCopies(read, clock=clock)
    await copies.get("a")
    clock.seconds = 1.0

    async with asyncio.TaskGroup() as group:
        reading = group.create_task(copies.get("a"))
        await asyncio.sleep(0)
        assert [await copies.get("a") for _ in range(3)] == ["read 1"] * 3
        clock.seconds = 1.5
        too_old = group.create_task(copies.get("a"))
        await asyncio.sleep(0)
        assert asked == 3
        answer.set()

    assert reading.result() == too_old.result() == "read 3"


async def test_a_forgotten_copy_is_read_again(clock: Clock, source: Source) -> None:
    copies = FreshCopies(source.read, clock=clock)
    await copies.get("a")
    source.value = "new"

    copies.forget("a")

    assert await copies.get("a") == "new"


async def test_a_flood_of_unknown_names_does_not_grow_the_copies(clock: Clock, source: Source) -> None:
    copies = FreshCopies(source.read, clock=clock)

    for n in range(MAX_COPIES * 2 + 1):
        await copies.get(str(n))

    assert len(copies._copies) <= MAX_COPIES


async def test_a_good_check_is_kept_longer_than_a_bad_one(clock: Clock, source: Source) -> None:
    check = CachedCheck(source.load, expected=OSError, keep_good_seconds=5, keep_bad_seconds=1, now=clock)
    assert await check() is None
    source.error = OSError("refused")

    clock.seconds = 4.9
    assert await check() is None
    clock.seconds = 5.0
    assert await check() == "refused"
    source.error = None
    clock.seconds = 6.0
    assert await check() is None
    assert source.asked == 3
