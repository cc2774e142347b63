"""Plays a fault: load before, while and after; then how soon a photo is a picture again."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from tests.chaos.faults import Fault
from tests.chaos.history import BoothLog
from tests.chaos.kill_matrix import LONG_WINDOW, SHORT_WINDOW
from tests.chaos.load import an_arrival, poisson
from tests.chaos.run import Played, Run, dice_of
from tests.chaos.violation import Violation

PHOTOS_PER_SECOND = 2.0
#: Before the fault begins.
QUIET_SECONDS = (1.0, 2.0)
AFTER_SECONDS = 2.0
PROBE_SECONDS = 0.3
#: An orderly end has to wait for this one: an HTTP server gives what runs a second anyway.
SLOW, SLOW_BEFORE_SECONDS = "slow=3", 0.5
#: A fault that refuses photos is known by then, and a photo is told so within this.
KNOWN_SECONDS, REFUSED_SECONDS = 2.0, 1.0
#: A fault that lasts this many times longer is for ever.
GIVE_UP_FACTOR = 4


async def play_fault(fault: Fault, run: Run, seed: int) -> Played:
    """Keep photos coming while the fault begins, holds and ends."""
    started, dice = time.monotonic(), dice_of(fault.name, seed)
    before, holds = dice.uniform(*QUIET_SECONDS), dice.uniform(*fault.holds_seconds)
    windows = (LONG_WINDOW, LONG_WINDOW, SHORT_WINDOW)
    whole = before + holds + AFTER_SECONDS
    plan = poisson(dice, per_second=PHOTOS_PER_SECOND, seconds=whole, windows=windows)
    plan = [replace(each, has_fallback=fault.has_fallback) for each in plan]
    if fault.loses_nothing:
        at_seconds = before - SLOW_BEFORE_SECONDS
        plan.append(an_arrival(dice, at_seconds=at_seconds, window_seconds=LONG_WINDOW, behaviour=SLOW))
    slots = await run.prepare(fault.name, seed, plan)
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(run.booths.post(slots, plan))
        await asyncio.sleep(before)
        async with fault.holding(run, dice):
            refusals = await is_refused(run, fault, seed) if fault.refusal else []
            await asyncio.sleep(holds)
        ended = time.monotonic()
        found = await is_normal_again(run, fault.name, seed, ended=ended, normal_seconds=fault.normal_seconds)
    history = await run.history(slots, posting.result(), retried_calls=fault.retried_calls)
    lost = lost_photos(history.booths) if fault.loses_nothing else []
    return run.keep(fault.name, seed, history, [*refusals, *found, *lost], seconds=time.monotonic() - started)


def lost_photos(booths: Sequence[BoothLog]) -> Sequence[Violation]:
    """Give the photos that were let in, had all the time in the world and became no picture."""
    return [
        Violation("lost", booth.request_id, f"got {booth.status} {booth.code} and had the time for a picture")
        for booth in booths
        if booth.window_seconds == LONG_WINDOW and booth.status != 200 and not booth.was_refused
    ]


async def is_refused(run: Run, fault: Fault, seed: int) -> Sequence[Violation]:
    """Post one photo once the fault is known, and see that it is not kept waiting."""
    await asyncio.sleep(KNOWN_SECONDS)
    arrival = an_arrival(dice_of(fault.name, seed), at_seconds=0.0, window_seconds=LONG_WINDOW)
    slots = await run.booths.prepare(run.new_name("refused", seed), [arrival])
    [booth] = await run.booths.post(slots, [arrival])
    return not_refused(booth, fault.refusal)


def not_refused(booth: BoothLog, code: str) -> Sequence[Violation]:
    """Give what is wrong with the answer to a photo that should be refused at once with this code."""
    if booth.code == code and booth.total_seconds <= REFUSED_SECONDS:
        return []
    told = f"got {booth.status} {booth.code} after {booth.total_seconds:.2f} s, not {code} at once"
    return [Violation("I9", booth.request_id, told)]


async def is_normal_again(
    run: Run, name: str, seed: int, *, ended: float, normal_seconds: float
) -> Sequence[Violation]:
    """Post one photo after the other until one comes back; `ended` is when the fault did, on the monotonic clock."""
    last = ""
    while (since := time.monotonic() - ended) < GIVE_UP_FACTOR * normal_seconds:
        arrival = an_arrival(dice_of(name, seed), at_seconds=0.0, window_seconds=LONG_WINDOW)
        slots = await run.booths.prepare(run.new_name("probe", seed), [arrival])
        [booth] = await run.booths.post(slots, [arrival])
        if booth.status == 200:
            is_late = since > normal_seconds
            return [Violation("normal", name, f"was normal {since:.1f} s after its end")] if is_late else []
        last = f"{booth.status} {booth.code}"
        await asyncio.sleep(PROBE_SECONDS)
    return [Violation("normal", name, f"never became normal again, last {last}")]
