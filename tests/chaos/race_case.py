"""Pictures that arrive in the moment in which the window ends: each is a 200 or a 504, never both."""

import time

from tests.chaos.kill_matrix import SHORT_WINDOW
from tests.chaos.load import an_arrival
from tests.chaos.run import GRACE_SECONDS, Played, Run, dice_of
from tests.chaos.violation import Violation

RACES, PER_SECOND = 50, 5.0
#: With the way there and back the provider's answer comes around the cut, half a second before the window's end.
ANSWER_SECONDS = (2.1, 2.7)


async def play_races(run: Run, seed: int) -> Played:
    """Post fifty photos whose provider answers at the last moment; both ends must be seen."""
    started, dice = time.monotonic(), dice_of("races", seed)
    plan = [
        an_arrival(
            dice,
            at_seconds=number / PER_SECOND,
            window_seconds=SHORT_WINDOW,
            behaviour=f"slow={dice.uniform(*ANSWER_SECONDS):.2f}",
        )
        for number in range(RACES)
    ]
    slots = await run.prepare("races", seed, plan)
    booths = await run.booths.post(slots, plan)
    history = await run.history(slots, booths, grace_seconds=GRACE_SECONDS)
    statuses = {booth.status for booth in booths}
    found = [] if statuses == {200, 504} else [Violation("races", "answers", f"only {statuses} were seen: no race")]
    return run.keep("races", seed, history, found, seconds=time.monotonic() - started)
