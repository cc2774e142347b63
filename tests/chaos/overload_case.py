"""I9: three times as many booths as the gateway lets wait; the rest is refused fast, all is normal soon after."""

import asyncio
import time

from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.chaos.fault_cases import is_normal_again
from tests.chaos.kill_matrix import LONG_WINDOW
from tests.chaos.load import an_arrival
from tests.chaos.run import IN_FORCE_SECONDS, Played, Run, dice_of

MAX_WAITING, BOOTHS = 8, 24
EVERY_SECONDS = 0.02
NORMAL_SECONDS = 10.0


async def play_overload(run: Run, seed: int) -> Played:
    started, dice = time.monotonic(), dice_of("overload", seed)
    plan = [
        an_arrival(dice, at_seconds=EVERY_SECONDS * number, window_seconds=LONG_WINDOW, behaviour="slow=2")
        for number in range(BOOTHS)
    ]
    slots = await run.prepare("overload", seed, plan)
    usual = await _let_wait(run, MAX_WAITING)
    try:
        booths = await run.booths.post(slots, plan)
    finally:
        await _let_wait(run, usual)
    found = await is_normal_again(run, "overload", seed, ended=time.monotonic(), normal_seconds=NORMAL_SECONDS)
    history = await run.history(slots, booths, is_overload=True)
    return run.keep("overload", seed, history, found, seconds=time.monotonic() - started)


async def _let_wait(run: Run, count: int) -> int:
    """Set how many requests may wait; gives how many might until now."""
    repository = SettingsRepository(run.witness.mongo.database)
    settings = await repository.get()
    changed = settings.model_copy(update={"max_waiting_requests": count})
    assert await repository.replace(changed, expected_version=settings.version)
    await asyncio.sleep(IN_FORCE_SECONDS)
    return settings.max_waiting_requests
