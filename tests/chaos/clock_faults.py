"""One service's clock five minutes wrong, by libfaketime (Debian's package `faketime`)."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.server_tools import find_faketime
from tests.chaos.faults import Holding
from tests.chaos.run import Run

#: Put before everything else on the service's path.
SHIM = Path(__file__).with_name("wrong_clock")


def skewed(service: str, minutes: int) -> Holding:
    """The service runs with another wall clock; its monotonic clock goes on as the machine's."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        library = find_faketime()
        assert library is not None, "faketime is missing: python -m deploy.local setup --only chaos"
        path = run.stack.kept[service].process.part.env["PYTHONPATH"]
        wrong = {"FAKETIME": f"{minutes:+d}m", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "LD_PRELOAD": str(library)}
        await _restart(run, service, {**wrong, "PYTHONPATH": f"{SHIM}:{path}"})
        try:
            yield
        finally:
            await _restart(run, service, {**dict.fromkeys(wrong, ""), "PYTHONPATH": path})

    return hold


async def _restart(run: Run, service: str, environment: dict[str, str]) -> None:
    run.stack.kept[service].with_environment(environment)
    run.stack.kill(service)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(run.stack.wait_ready)
