"""One service's clock five minutes wrong, by libfaketime (Debian's package `faketime`): nothing changes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.server_tools import find_faketime
from tests.chaos.fault_cases import lost_photos
from tests.chaos.kill_matrix import LONG_WINDOW, SHORT_WINDOW
from tests.chaos.load import poisson
from tests.chaos.run import Played, Run, dice_of

#: Put before everything else on the service's path.
SHIM = Path(__file__).with_name("wrong_clock")
PHOTOS_PER_SECOND, SECONDS = 2.0, 8.0


async def play_wrong_clock(name: str, service: str, minutes: int, run: Run, seed: int) -> Played:
    """Set the clock before the first photo and back after the last end: there is no kill that could excuse anything."""
    started, dice = time.monotonic(), dice_of(name, seed)
    windows = (LONG_WINDOW, LONG_WINDOW, SHORT_WINDOW)
    plan = poisson(dice, per_second=PHOTOS_PER_SECOND, seconds=SECONDS, windows=windows)
    slots = await run.prepare(name, seed, plan)
    async with wrong_clock(run, service, minutes):
        booths = await run.booths.post(slots, plan)
        history = await run.history(slots, booths)
    return run.keep(name, seed, history, lost_photos(booths), seconds=time.monotonic() - started)


@asynccontextmanager
async def wrong_clock(run: Run, service: str, minutes: int) -> AsyncIterator[None]:
    """Run the service with another wall clock; its monotonic clock goes on as the machine's."""
    library = find_faketime()
    assert library is not None, "faketime is missing: python -m deploy.local setup --only chaos"
    path = run.stack.kept[service].process.part.env["PYTHONPATH"]
    wrong = {"FAKETIME": f"{minutes:+d}m", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "LD_PRELOAD": str(library)}
    await _restart(run, service, {**wrong, "PYTHONPATH": f"{SHIM}:{path}"})
    try:
        yield
    finally:
        await _restart(run, service, {**dict.fromkeys(wrong, ""), "PYTHONPATH": path})


async def _restart(run: Run, service: str, environment: dict[str, str]) -> None:
    run.stack.kept[service].with_environment(environment)
    run.stack.kill(service)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(run.stack.wait_ready)
