"""Rounds come by themselves and when they are asked for, never two at once, and tell what they did."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from media_janitor.cleaning import Cleaning
from media_janitor.rounds import Rounds
from media_janitor.sweep import Janitor
from photochanger.domain.janitor_run import JanitorState, RequestedRun, RunState
from photochanger.infrastructure.janitor_desk import TURN_MS, JanitorDesk, run_state
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry
from tests.integration.janitor.conftest import Later, photographed, stored
from tests.service_process import running_service


@pytest.fixture
def desk(mongo: Mongo) -> JanitorDesk:
    return JanitorDesk(mongo.database)


class SlowJanitor:
    """Cleans nothing, and notes who is at it."""

    def __init__(self, janitor: Janitor) -> None:
        self._janitor = janitor
        self.at_once = self.most_at_once = self.rounds = 0

    async def run_once(self, *, is_dry_run: bool) -> Cleaning:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.2)
        self.at_once -= 1
        self.rounds += 1
        return await self._janitor.run_once(is_dry_run=is_dry_run)


def rounds(janitor: object, desk: JanitorDesk, later: Later, *, owner: str = "one") -> Rounds:
    return Rounds(janitor, desk, owner=owner, now=later.now, telemetry=Telemetry("tests"))  # type: ignore[arg-type] # a slow one too


async def left_behind(jobs: JobRepository, store: MediaStore, later: Later) -> None:
    """The photo of an ended job that nobody removed."""
    ended = await photographed(jobs, store)
    await jobs.finish_cancelled(ended.id, detail="ended without a cleaner")
    later.by = timedelta(hours=3)


async def test_a_round_that_was_asked_for_is_done_and_reported(
    janitor: Janitor, desk: JanitorDesk, jobs: JobRepository, store: MediaStore, later: Later
) -> None:
    await left_behind(jobs, store, later)
    asked = await desk.ask(is_dry_run=False, by="anna")
    assert asked is not None

    await rounds(janitor, desk, later).look()
    state = await desk.read()

    assert await stored(store, Bucket.SOURCES) == set()
    assert state.run is not None
    assert (state.run.id, state.run.asked_by, run_state(state.run, state)) == (asked.id, "anna", RunState.DONE)
    assert state.run.report == state.last
    assert state.last is not None
    assert (state.last.removed, state.last.errors, state.last.is_dry_run) == ({"source_of_ended_job": 1}, 0, False)
    assert state.turn_until is None


async def test_a_dry_run_tells_what_would_go_and_is_not_the_last_round(
    janitor: Janitor, desk: JanitorDesk, jobs: JobRepository, store: MediaStore, later: Later
) -> None:
    await left_behind(jobs, store, later)
    before = await stored(store, Bucket.SOURCES)
    await desk.ask(is_dry_run=True, by="anna")

    await rounds(janitor, desk, later).look()
    state = await desk.read()

    assert await stored(store, Bucket.SOURCES) == before != set()
    assert state.last is None
    assert state.run is not None
    assert state.run.report is not None
    assert (state.run.report.removed, state.run.report.is_dry_run) == ({"source_of_ended_job": 1}, True)


async def test_nobody_asks_twice_and_a_request_is_done_once(janitor: Janitor, desk: JanitorDesk, later: Later) -> None:
    slow = SlowJanitor(janitor)
    answers = await asyncio.gather(*(desk.ask(is_dry_run=False, by=name) for name in "abcd"))

    await asyncio.gather(*(rounds(slow, desk, later, owner=owner).look() for owner in ("one", "two", "three")))
    await rounds(slow, desk, later).look()

    assert sum(answer is not None for answer in answers) == 1
    assert slow.rounds == 1


async def test_of_several_janitors_one_cleans_at_a_time(janitor: Janitor, desk: JanitorDesk, later: Later) -> None:
    slow = SlowJanitor(janitor)
    both = [rounds(slow, desk, later, owner=owner) for owner in ("one", "two")]

    for _ in range(3):
        await desk.ask(is_dry_run=True, by="anna")
        await asyncio.gather(*(one.clean() for one in both), *(one.look() for one in both))

    assert slow.most_at_once == 1
    assert slow.rounds >= 3


async def test_a_janitor_that_died_leaves_its_turn(
    janitor: Janitor, desk: JanitorDesk, mongo: Mongo, later: Later
) -> None:
    assert await desk.take_turn("dead")
    slow = SlowJanitor(janitor)

    await rounds(slow, desk, later).clean()
    while_it_is_its_turn = slow.rounds
    await mongo.database["janitor"].update_one({}, {"$set": {"turn.until": datetime.now(UTC) - timedelta(seconds=1)}})
    await rounds(slow, desk, later).clean()

    assert (while_it_is_its_turn, slow.rounds) == (0, 1)
    assert TURN_MS <= 20_000  # the photo of an ended job goes within 90 s of a crash


def test_a_request_that_nobody_answers_is_lost_and_a_new_one_may_come() -> None:
    asked_at = datetime(2026, 11, 28, tzinfo=UTC)
    run = RequestedRun(id="7", is_dry_run=True, asked_by="anna", asked_at=asked_at)
    taken = run.model_copy(update={"taken_at": asked_at})

    def state(of: RequestedRun, *, after_seconds: float) -> RunState:
        return run_state(of, JanitorState(run=of, read_at=asked_at + timedelta(seconds=after_seconds)))

    assert [state(run, after_seconds=29), state(run, after_seconds=30)] == [RunState.WAITING, RunState.LOST]
    assert [state(taken, after_seconds=60), state(taken, after_seconds=900)] == [RunState.RUNNING, RunState.LOST]


async def test_the_service_begins_within_five_seconds(
    settings: Mapping[str, str], desk: JanitorDesk, store: MediaStore
) -> None:
    with running_service("media_janitor", {**settings, "JANITOR_SECONDS": "3600"}):
        async with asyncio.timeout(15):
            while (await desk.read()).last is None:
                await asyncio.sleep(0.1)
        asked = await desk.ask(is_dry_run=True, by="anna")
        assert asked is not None
        async with asyncio.timeout(15):
            while (run := (await desk.read()).run) is None or run.taken_at is None:
                await asyncio.sleep(0.1)

    assert (run.taken_at - asked.asked_at).total_seconds() <= 5
