"""Nothing is broken: how exactly pictures and 504s come, which is what answers under faults are compared with."""

import time
from dataclasses import replace

from tests.chaos.kill_matrix import LONG_WINDOW, SHORT_WINDOW
from tests.chaos.load import poisson
from tests.chaos.run import GRACE_SECONDS, Played, Run, dice_of

PHOTOS_PER_SECOND, SECONDS = 4.0, 20.0
#: So many of the photos meet a provider that does not answer, and end at their window's end.
HANGING_SHARE = 0.3


async def play_calm(run: Run, seed: int) -> Played:
    started, dice = time.monotonic(), dice_of("calm", seed)
    plan = [
        replace(each, behaviour="hang", window_seconds=SHORT_WINDOW) if dice.random() < HANGING_SHARE else each
        for each in poisson(dice, per_second=PHOTOS_PER_SECOND, seconds=SECONDS, windows=(LONG_WINDOW, SHORT_WINDOW))
    ]
    slots = await run.prepare("calm", seed, plan)
    booths = await run.booths.post(slots, plan)
    history = await run.history(slots, booths, grace_seconds=GRACE_SECONDS, retried_calls=False)
    return run.keep("calm", seed, history, [], seconds=time.monotonic() - started)
