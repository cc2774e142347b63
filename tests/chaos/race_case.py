"""Pictures that arrive in the moment in which the window ends: each is a 200 or a 504, never both."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from photochanger.background import running
from photochanger.domain.slot import Slot
from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.chaos.history import BoothLog
from tests.chaos.kill_matrix import SHORT_WINDOW
from tests.chaos.load import an_arrival
from tests.chaos.race_results import RaceTurn, append_race, race_of, race_tables
from tests.chaos.run import GRACE_SECONDS, IN_FORCE_SECONDS, Played, Run, dice_of
from tests.chaos.toxic_proxy import HEALTHY, Toxic
from tests.chaos.violation import Violation

RACES, PER_SECOND = 200, 4.0
#: Answers come so far before and after the moment at which half of them are too late.
SPREAD_SECONDS = 0.15
#: That moment is found by steps: later after each picture, earlier after each timeout.
STEP_SECONDS = 0.01
#: The planner would soon not begin what ends at the last moment, so what it learns is taken from it so often.
FORGET_SECONDS = 0.3
#: Of a turn, fewer ends of one kind are no race.
LEAST_SHARE = 0.2


@dataclass(frozen=True)
class Track:
    """What a turn races on: the answer reserve, what each way to the store and back takes besides, a first guess."""

    name: str
    answer_reserve_seconds: float
    store_seconds: float
    answer_after_seconds: float


#: The provider's answer against the cut of its call, as in any evening.
CUT = Track("the cut", 0.5, 0.0, 2.3)
#: The worker's `done` against the gateway's `timeout`: the picture is still on its way into the store at the deadline.
DEADLINE = Track("the deadline", 0.1, 0.04, 2.3)


async def play_races(run: Run, seed: int) -> Played:
    """Post photos whose provider answers at the last moment; odd seeds race at the cut, even ones at the deadline."""
    started, dice = time.monotonic(), dice_of("races", seed)
    track = CUT if seed % 2 else DEADLINE
    await asyncio.to_thread(run.stack.wait_ready)
    async with _on(run, track):
        slots, booths = await _race(run, seed, dice, track)
    history = await run.history(slots, booths, grace_seconds=GRACE_SECONDS)
    turn = race_of(track.name, seed, history)
    append_race(turn)
    print("\n".join(race_tables([turn])), flush=True)
    return run.keep("races", seed, history, _no_race(turn), seconds=time.monotonic() - started)


def _no_race(turn: RaceTurn) -> list[Violation]:
    few = LEAST_SHARE * turn.count
    told = f"{len(turn.done_ms)} pictures, {len(turn.timeout_ms)} timeouts: no race"
    return [Violation("races", turn.track, told)] if min(len(turn.done_ms), len(turn.timeout_ms)) < few else []


async def _race(run: Run, seed: int, dice: random.Random, track: Track) -> tuple[list[Slot], list[BoothLog]]:
    name, slots, booths = run.new_name("races", seed), list[Slot](), list[BoothLog]()
    middle = track.answer_after_seconds

    async def one(number: int) -> None:
        nonlocal middle
        await asyncio.sleep(number / PER_SECOND)
        answer_after = middle + dice.uniform(-SPREAD_SECONDS, SPREAD_SECONDS)
        behaviour = f"slow={answer_after:.3f}"
        arrival = an_arrival(dice, at_seconds=0.0, window_seconds=SHORT_WINDOW, behaviour=behaviour)
        slots.extend(made := await run.booths.prepare(f"{name}-{number}", [arrival]))
        booths.extend(seen := await run.booths.post(made, [arrival]))
        middle += STEP_SECONDS if seen[0].status == 200 else -STEP_SECONDS

    async with asyncio.TaskGroup() as group:
        for number in range(RACES):
            group.create_task(one(number))
    return slots, booths


@asynccontextmanager
async def _on(run: Run, track: Track) -> AsyncIterator[None]:
    """Hold the track's reserve and slow store, and a planner that knows nothing of the provider."""
    usual = await _reserve(run, track.answer_reserve_seconds)
    run.proxies["minio"].toxic = Toxic(latency_seconds=track.store_seconds)
    try:
        async with running(_forget_times(run), name="forget_times"):
            yield
    finally:
        run.proxies["minio"].toxic = HEALTHY
        await _reserve(run, usual)


async def _forget_times(run: Run) -> None:
    while True:
        await run.witness.mongo.database["latencies"].delete_many({})
        await asyncio.sleep(FORGET_SECONDS)


async def _reserve(run: Run, seconds: float) -> float:
    """Set the answer reserve; gives what it was until now."""
    repository = SettingsRepository(run.witness.mongo.database)
    settings = await repository.get()
    changed = settings.model_copy(update={"answer_reserve_seconds": seconds})
    assert await repository.replace(changed, expected_version=settings.version)
    await asyncio.sleep(IN_FORCE_SECONDS)
    return settings.answer_reserve_seconds
