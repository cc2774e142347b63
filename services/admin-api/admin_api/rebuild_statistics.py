"""Makes the hourly and daily sums anew from the photos' rows: `python -m admin_api.rebuild_statistics`.

Older hours, whose rows may be gone, stay as they are. Stopped half-way it is simply run again; the services may run.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from photochanger.infrastructure.mongo import DatabaseUnavailable, connect
from photochanger.infrastructure.statistics_rollup import LEASE_MS, StatisticsRollup
from photochanger.settings import EXIT_WRONG_SETTINGS, MongoSettings

NAME = "rebuild_statistics"
DATABASE_TIMEOUT_MS = 5_000
HOURS_AT_ONCE = 24
EXIT_NOT_DONE = 1
#: A process that died while it was summing up is in the way so long; one that lives has its pauses.
PATIENCE_SECONDS = LEASE_MS / 1000 + 1
LOOK_SECONDS = 0.2


class Settings(MongoSettings):
    """Where the rows are."""


async def _run(settings: Settings) -> int | None:
    async with connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo:
        rollup = StatisticsRollup(mongo.database)
        made = await patiently(rollup.rebuild, seconds=PATIENCE_SECONDS)
        if made is None:
            return None
        while added := await rollup.roll_up(at_most=HOURS_AT_ONCE):
            made += added
        return made


async def patiently(rebuild: Callable[[], Awaitable[int | None]], *, seconds: float) -> int | None:
    """Rebuild as soon as nobody else sums up, and say that it waits; None: `seconds` were not enough."""
    until = time.monotonic() + seconds
    made = await rebuild()
    if made is None:
        _said(f"another process is summing up just now: waiting for it, {seconds:.0f} s at most")
    while made is None and time.monotonic() < until:
        await asyncio.sleep(LOOK_SECONDS)
        made = await rebuild()
    return made


def main() -> int:
    """Say what was made; gives the exit code."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]).upper() for fault in error.errors(include_input=False))
        return _said(f"wrong or missing: {names}", EXIT_WRONG_SETTINGS)
    try:
        made = asyncio.run(_run(settings))
    except DatabaseUnavailable:
        return _said("the database does not answer: run this again")
    if made is None:
        return _said("the other process is still summing up: run this again later")
    print(f"{made} hours summed up")  # noqa: T201 - a command's own output
    return 0


def _said(fault: str, exit_code: int = EXIT_NOT_DONE) -> int:
    print(f"{NAME}: {fault}", file=sys.stderr, flush=True)  # noqa: T201 - a command's own output
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
