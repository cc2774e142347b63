"""Plays one point of the kill matrix: a victim, a few photos beside it, the kill, and the wait for every end."""

import asyncio
import random
import time
from pathlib import Path

from tests.chaos.kill_matrix import KillPoint
from tests.chaos.load import Arrival, an_arrival
from tests.chaos.run import Played, Run, dice_of
from tests.chaos.violation import Violation

#: The others are slower than the victim, so that the victim is first at every step.
BESIDE_SLOW = (1.2, 2.0)
BESIDE_FIRST_SECONDS, BESIDE_EVERY_SECONDS = 0.5, 0.3
REACHED_SECONDS = 20.0


def plan_of(point: KillPoint, seed: int, dice: random.Random) -> list[Arrival]:
    """Plan the victim and two to four photos that overlap it; odd seeds give the victim the first of its windows."""
    window = point.windows[(seed - 1) % len(point.windows)]
    plan = [Arrival(0.0, window, point.behaviour, has_fallback=point.has_fallback)]
    at = BESIDE_FIRST_SECONDS
    for _ in range(dice.randint(2, 4)):
        behaviour = f"slow={dice.uniform(*BESIDE_SLOW):.2f}"
        beside = dice.choice(point.windows)
        plan.append(an_arrival(dice, at_seconds=at, window_seconds=beside, behaviour=behaviour))
        at += dice.expovariate(1 / BESIDE_EVERY_SECONDS)
    return plan


async def play_kill_point(point: KillPoint, run: Run, seed: int) -> Played:
    """Arm the service, post the plan, see the service die there, check what followed."""
    started = time.monotonic()
    plan = plan_of(point, seed, dice_of(point.name, seed))
    slots = await run.prepare(point.name, seed, plan)
    armed = run.stack.failpoints(point.service)
    armed.write_text(f"{point.failpoint}=kill@1")
    booths = await run.booths.post(slots, plan)
    found = list[Violation]()
    if not await was_reached(armed):
        found.append(Violation(point.name, point.failpoint, "was not reached"))
    history = await run.history(slots, booths)
    found += point.judge(history)
    return run.keep(point.name, seed, history, found, seconds=time.monotonic() - started)


async def was_reached(armed: Path, *, within_seconds: float = REACHED_SECONDS) -> bool:
    """Say whether the file's orders were carried out; takes them back when not."""
    give_up_at = time.monotonic() + within_seconds
    while armed.read_text():
        if time.monotonic() > give_up_at:
            armed.write_text("")
            return False
        await asyncio.sleep(0.1)
    return True
