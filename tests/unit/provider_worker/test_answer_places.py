"""The bound between "read answer" and "row written"."""

import asyncio

import pytest

from photochanger.provider_worker.answer_places import AnswerPlaces


async def test_no_more_answers_at_once_than_places() -> None:
    places, at_once, most = AnswerPlaces(4), 0, 0

    async def answer() -> None:
        nonlocal at_once, most
        async with places.one() as place:
            await place.take()
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.001)
            at_once -= 1

    async with asyncio.TaskGroup() as tasks:
        for _ in range(50):
            tasks.create_task(answer())

    assert most == 4


async def test_taking_twice_holds_one_place() -> None:
    places = AnswerPlaces(1)

    async with places.one() as place, asyncio.timeout(1):
        await place.take()
        await place.take()


async def test_a_place_given_back_is_free_for_others() -> None:
    places = AnswerPlaces(1)

    async with places.one() as first, places.one() as second, asyncio.timeout(1):
        await first.take()
        first.give_back()
        await second.take()


async def test_a_cancelled_attempt_leaves_its_place() -> None:
    places = AnswerPlaces(1)

    async def read_for_ever() -> None:
        async with places.one() as place:
            await place.take()
            await asyncio.sleep(5)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read_for_ever(), 0.01)

    async with places.one() as place, asyncio.timeout(1):
        await place.take()
