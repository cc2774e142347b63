"""Limits shared by everybody: exact under competing workers, by the database's clock, and whole again after a kill."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from photochanger.domain.provider_limits import Limit
from photochanger.domain.rate import Rate
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository, Taken
from tests.servers import RunningServer

WORKERS = 8
RATE = QuotaKey("gemini", Limit.REQUESTS_PER_MINUTE)
DAY = QuotaKey("gemini", Limit.REQUESTS_PER_DAY)
MONEY = QuotaKey("gemini", Limit.MONEY_PER_DAY)
PLACES = QuotaKey("gemini", Limit.CONCURRENCY)


@pytest.fixture
async def quotas(mongo: Mongo) -> QuotaRepository:
    return QuotaRepository(mongo.database)


@pytest.fixture
async def workers(mongodb: RunningServer) -> AsyncIterator[list[QuotaRepository]]:
    """Eight with connections of their own to one database."""
    url = SecretStr(mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?"))
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(connect(url, timeout_ms=5_000)) for _ in range(WORKERS)]
        yield [QuotaRepository(mongo.database) for mongo in opened]
        await opened[0].database.client.drop_database(opened[0].database.name)


def fullest_window(turns: list[datetime], window: timedelta) -> int:
    return max(sum(begin <= turn < begin + window for turn in turns) for begin in turns)


async def test_eight_workers_with_500_calls_each_use_a_limit_of_100_per_5_s_and_no_window_is_over(
    workers: list[QuotaRepository],
) -> None:
    rate, turns = Rate(100, 5.0), list[datetime]()

    async def work(quotas: QuotaRepository, chance: random.Random) -> datetime:
        for _ in range(500):
            taken = await quotas.take_turn(RATE, rate, patience_ms=chance.choice([0, 60, 200]))
            if taken.is_granted:
                turns.append(taken.at + timedelta(milliseconds=taken.wait_ms or 0))
            await asyncio.sleep(chance.uniform(0.02, 0.08))
        return taken.at

    first_done = min(await asyncio.gather(*(work(quotas, random.Random(n)) for n, quotas in enumerate(workers))))

    seconds = (first_done - min(turns)).total_seconds()
    assert seconds > 20
    assert fullest_window(turns, timedelta(seconds=5)) <= 100
    assert sum(turn <= first_done for turn in turns) >= 0.95 * 100 * seconds / 5


async def test_the_server_gives_the_turns_that_the_rate_says(mongo: Mongo) -> None:
    chance, now_ms, free_at = random.Random(7), 1_764_000_000_000, 0.0

    for _ in range(60):
        now_ms += chance.choice([0, 1, 30, 400, 9_000])
        rate, patience = Rate(chance.choice([3, 100]), 5.0), chance.choice([0.0, 50.0, 5_000.0])
        moment = datetime.fromtimestamp(now_ms / 1000, tz=ZoneInfo("UTC"))
        taken = await QuotaRepository(mongo.database, moment).take_turn(RATE, rate, patience_ms=patience)

        turn = rate.take(free_at, now_ms, patience_ms=patience)
        free_at = turn.free_at_ms
        assert taken.is_granted is turn.is_granted
        assert taken.wait_ms == pytest.approx(turn.wait_ms, abs=0.01)
        assert taken.mark == pytest.approx(turn.free_at_ms, abs=0.01)


async def test_a_turn_that_was_not_used_is_given_back_unless_a_later_one_was_taken(quotas: QuotaRepository) -> None:
    rate = Rate(10)
    first = await quotas.take_turn(RATE, rate, patience_ms=0)
    await quotas.give_turn_back(RATE, rate, first)
    again = await quotas.take_turn(RATE, rate, patience_ms=0)
    later = await quotas.take_turn(RATE, rate, patience_ms=10_000)
    await quotas.give_turn_back(RATE, rate, again)

    refused = await quotas.take_turn(RATE, rate, patience_ms=rate.interval_ms)

    assert (again.is_granted, later.is_granted, refused.is_granted) == (True, True, False)


async def test_pictures_beyond_the_one_that_was_asked_for_delay_the_next_turn(quotas: QuotaRepository) -> None:
    rate, key = Rate(10), QuotaKey("gemini", Limit.IMAGES_PER_MINUTE)
    await quotas.take_turn(key, rate, patience_ms=0)
    await quotas.take_more_turns(key, rate, 2)

    refused = await quotas.take_turn(key, rate, patience_ms=2.5 * rate.interval_ms)

    assert not refused.is_granted
    assert refused.wait_ms == pytest.approx(3 * rate.interval_ms, rel=0.05)


async def test_eight_workers_take_exactly_what_a_day_has(workers: list[QuotaRepository]) -> None:
    taken = await asyncio.gather(
        *(quotas.take_of_day(DAY, 100, amount=1, time_zone="UTC") for quotas in workers for _ in range(25))
    )

    assert Counter(one.is_granted for one in taken) == {True: 100, False: 100}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Los_Angeles", "2026-11-28", 24),
        ("America/Los_Angeles", "2026-03-08", 23),  # the clocks go forward
        ("America/Los_Angeles", "2026-11-01", 25),  # and back
        ("Europe/Moscow", "2026-11-28", 24),
        ("Europe/Berlin", "2026-03-29", 23),
    ],
)
async def test_the_day_turns_at_midnight_in_the_providers_time_zone(
    mongo: Mongo, zone: str, day: str, hours: int
) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
    end = begin + timedelta(hours=hours)

    async def take(moment: datetime) -> Taken:
        return await QuotaRepository(mongo.database, moment).take_of_day(DAY, 1, amount=1, time_zone=zone)

    moments = [begin - timedelta(seconds=1), begin, begin + timedelta(hours=2), end - timedelta(seconds=1), end]
    taken = [await take(moment) for moment in moments]

    assert [one.is_granted for one in taken] == [True, True, False, False, True]
    assert taken[2].wait_ms == (hours - 2) * 3_600_000
    assert taken[3].wait_ms == 1_000


async def test_money_is_reserved_by_estimate_and_settled_to_what_a_call_cost(quotas: QuotaRepository) -> None:
    first = await quotas.take_of_day(MONEY, 100, amount=60, time_zone="UTC")
    refused = await quotas.take_of_day(MONEY, 100, amount=60, time_zone="UTC")
    await quotas.settle_day(MONEY, first, change=-25)

    second = await quotas.take_of_day(MONEY, 100, amount=60, time_zone="UTC")

    assert (first.is_granted, refused.is_granted, second.is_granted) == (True, False, True)
    assert [(use.limit, use.used) for use in await quotas.uses()] == [(Limit.MONEY_PER_DAY, 95)]


async def test_what_is_settled_after_midnight_does_not_touch_the_new_day(mongo: Mongo) -> None:
    evening, morning = (datetime(2026, 11, day, 12, tzinfo=ZoneInfo("UTC")) for day in (27, 28))
    before, after = (QuotaRepository(mongo.database, moment) for moment in (evening, morning))
    yesterdays = await before.take_of_day(MONEY, 100, amount=60, time_zone="UTC")
    await after.take_of_day(MONEY, 100, amount=60, time_zone="UTC")

    await after.settle_day(MONEY, yesterdays, change=-60)

    assert [use.used for use in await after.uses()] == [60]


async def test_eight_workers_hold_no_more_places_than_there_are(workers: list[QuotaRepository]) -> None:
    held, most = 0, 0

    async def work(quotas: QuotaRepository) -> None:
        nonlocal held, most
        for _ in range(8):
            while not (taken := await quotas.take_place(PLACES, 3, lease_ms=60_000)).is_granted:
                await asyncio.sleep(0.01)
            held += 1
            most = max(most, held)
            await asyncio.sleep(0.01)
            held -= 1
            await quotas.give_place_back(PLACES, taken)

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(quotas) for quotas in workers))

    assert most == 3
    assert (await workers[0].uses())[0].used == 0


async def test_a_place_whose_holder_was_killed_is_free_again_when_its_lease_is_over(quotas: QuotaRepository) -> None:
    assert (await quotas.take_place(PLACES, 1, lease_ms=1_500)).is_granted
    assert not (await quotas.take_place(PLACES, 1, lease_ms=1_500)).is_granted

    await asyncio.sleep(1.6)

    assert (await quotas.take_place(PLACES, 1, lease_ms=1_500)).is_granted


async def test_limits_of_a_slot_are_its_own(quotas: QuotaRepository) -> None:
    keys = [QuotaKey("gemini", Limit.REQUESTS_PER_DAY, slot_id) for slot_id in (None, "a", "b")]

    taken = [await quotas.take_of_day(key, 1, amount=1, time_zone="UTC") for key in keys * 2]

    assert [one.is_granted for one in taken] == [True] * 3 + [False] * 3


async def test_a_refusal_is_known_to_everybody_for_a_second(quotas: QuotaRepository) -> None:
    for _ in range(2):
        await quotas.take_of_day(DAY, 1, amount=1, time_zone="UTC")
    elsewhere = await quotas.waits_ms()

    await asyncio.sleep(1.1)

    assert list(elsewhere) == [("gemini", None)]
    assert 0 < elsewhere["gemini", None] <= 24 * 3_600_000
    assert await quotas.waits_ms() == {}
