"""Plays a fault: load before, while and after; then how soon a photo is a picture again."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tests.chaos.faults import Fault
from tests.chaos.history import History
from tests.chaos.kill_matrix import LONG_WINDOW, SHORT_WINDOW
from tests.chaos.load import an_arrival, poisson
from tests.chaos.run import Played, Run, dice_of
from tests.chaos.violation import Violation

PHOTOS_PER_SECOND = 2.0
#: Before the fault begins.
QUIET_SECONDS = (1.0, 2.0)
AFTER_SECONDS = 2.0
PROBE_SECONDS = 0.3
#: A fault that refuses photos is known by then, and says so within this.
KNOWN_AFTER, REFUSED_WITHIN = timedelta(seconds=2), timedelta(seconds=1)
#: A fault that lasts this many times longer is for ever.
GIVE_UP_FACTOR = 4


async def play_fault(fault: Fault, run: Run, seed: int) -> Played:
    """Keep photos coming while the fault begins, holds and ends."""
    started, dice = time.monotonic(), dice_of(fault.name, seed)
    before, holds = dice.uniform(*QUIET_SECONDS), dice.uniform(*fault.holds_seconds)
    windows = (LONG_WINDOW, LONG_WINDOW, SHORT_WINDOW)
    whole = before + holds + AFTER_SECONDS
    plan = poisson(dice, per_second=PHOTOS_PER_SECOND, seconds=whole, windows=windows)
    slots = await run.prepare(fault.name, seed, plan)
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(run.booths.post(slots, plan))
        await asyncio.sleep(before)
        async with fault.holding(run, dice):
            began = datetime.now(UTC)
            await asyncio.sleep(holds)
            until = datetime.now(UTC)
        ended = time.monotonic()
        found = await is_normal_again(run, fault.name, seed, ended=ended, normal_seconds=fault.normal_seconds)
    history = await run.history(slots, posting.result(), retried_calls=fault.retried_calls)
    if fault.refusal:
        found = [*found, *not_refused(history, fault.refusal, since=began + KNOWN_AFTER, until=until)]
    return run.keep(fault.name, seed, history, found, seconds=time.monotonic() - started)


def not_refused(history: History, code: str, *, since: datetime, until: datetime) -> Iterator[Violation]:
    """Give the photos that were posted in between and not refused fast with this code."""
    for booth in history.booths:
        if not since <= booth.sent_at <= until - REFUSED_WITHIN:
            continue
        if booth.code != code or booth.total_seconds > REFUSED_WITHIN.total_seconds():
            told = f"got {booth.status} {booth.code} after {booth.total_seconds:.2f} s, not {code} at once"
            yield Violation("I9", booth.request_id, told)


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
