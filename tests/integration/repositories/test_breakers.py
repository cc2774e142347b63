"""Breakers are one state for everybody: no failure is lost, one photo tries."""

import asyncio
from datetime import UTC, datetime

import pytest

from photochanger.domain.breaker import Breaker, BreakerReason, BreakerState
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry

OUTAGE, ACCESS = BreakerReason.OUTAGE, BreakerReason.ACCESS


@pytest.fixture
def processes(mongo: Mongo) -> list[Breakers]:
    return [Breakers(mongo.database, Telemetry("tests").metrics) for _ in range(8)]


async def state(breakers: Breakers, reason: BreakerReason = OUTAGE) -> Breaker:
    return (await breakers.read("gemini")).breakers["gemini", reason]


async def let_it_be_due(mongo: Mongo) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await mongo.database["breakers"].update_many({}, {"$set": {"breaker.opened_at": long_ago}})


async def open_it(breakers: Breakers, reason: BreakerReason = OUTAGE) -> None:
    for photo in "abc":
        await breakers.failed("gemini", reason, job_id=photo, detail="refused")


async def test_failures_that_eight_processes_count_at_once_are_all_counted(processes: list[Breakers]) -> None:
    await processes[0].answered("gemini", [OUTAGE], count=41, job_id=None)

    await asyncio.gather(
        *(process.failed("gemini", OUTAGE, job_id="one photo", detail="x") for process in processes for _ in range(5))
    )

    known = await state(processes[0])
    assert sum(tally.failed for tally in known.tallies) == 40
    assert known.is_closed


async def test_one_of_eight_photos_tries(mongo: Mongo, processes: list[Breakers]) -> None:
    await open_it(processes[0])
    assert not await processes[0].try_with("gemini", [OUTAGE], job_id="too early", seconds=30)
    await let_it_be_due(mongo)

    won = await asyncio.gather(
        *(process.try_with("gemini", [OUTAGE], job_id=f"p{n}", seconds=30) for n, process in enumerate(processes))
    )

    assert won.count(True) == 1
    assert (await state(processes[0])).probe_job == f"p{won.index(True)}"


async def test_a_photo_that_gets_one_try_but_not_the_other_takes_none(mongo: Mongo, processes: list[Breakers]) -> None:
    await open_it(processes[0])
    await open_it(processes[0], ACCESS)
    await let_it_be_due(mongo)
    assert await processes[1].try_with("gemini", [ACCESS], job_id="first", seconds=30)

    assert not await processes[2].try_with("gemini", [OUTAGE, ACCESS], job_id="second", seconds=30)

    assert (await state(processes[0], OUTAGE)).state is BreakerState.OPEN
    assert (await state(processes[0], ACCESS)).probe_job == "first"


async def test_a_breaker_that_was_closed_meanwhile_needs_no_try(processes: list[Breakers]) -> None:
    assert await processes[0].try_with("gemini", [OUTAGE], job_id="p", seconds=30)


async def test_providers_and_reasons_are_apart_and_unknown_reasons_left_out(
    mongo: Mongo, processes: list[Breakers]
) -> None:
    await open_it(processes[0])
    await processes[0].failed("turbotext", ACCESS, job_id="a", detail="x")
    newer = {"_id": "gemini/newer", "provider": "gemini", "reason": "newer", "version": 1, "breaker": {"state": "?"}}
    await mongo.database["breakers"].insert_one(newer)

    known = (await processes[1].read()).breakers

    assert {key: breaker.state for key, breaker in known.items()} == {
        ("gemini", OUTAGE): BreakerState.OPEN,
        ("turbotext", ACCESS): BreakerState.CLOSED,
    }


async def test_each_change_of_state_is_told_once_in_plain_words(
    mongo: Mongo, processes: list[Breakers], capsys: pytest.CaptureFixture[str]
) -> None:
    await open_it(processes[0])
    await let_it_be_due(mongo)
    await asyncio.gather(*(process.try_with("gemini", [OUTAGE], job_id="p", seconds=30) for process in processes))
    await processes[3].answered("gemini", [OUTAGE], count=1, job_id="p")

    told = [line for line in capsys.readouterr().out.splitlines() if "breaker_" in line]

    assert len(told) == 3
    for line, words in zip(told, ("breaker_open", "breaker_half_open", "breaker_closed"), strict=True):
        assert words in line
