"""Makes the hourly and daily sums anew from the photos' rows: `python -m admin_api.rebuild_statistics`.

Older hours, whose rows may be gone, stay as they are. Stopped half-way it is simply run again; the services may run.
"""

import asyncio
import sys

from pydantic import ValidationError

from photochanger.infrastructure.mongo import DatabaseUnavailable, connect
from photochanger.infrastructure.statistics_rollup import StatisticsRollup
from photochanger.settings import EXIT_WRONG_SETTINGS, MongoSettings

NAME = "rebuild_statistics"
DATABASE_TIMEOUT_MS = 5_000
HOURS_AT_ONCE = 24
EXIT_NOT_DONE = 1


class Settings(MongoSettings):
    """Where the rows are."""


async def _run(settings: Settings) -> int | None:
    async with connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo:
        rollup = StatisticsRollup(mongo.database)
        made = await rollup.rebuild()
        if made is None:
            return None
        while added := await rollup.roll_up(at_most=HOURS_AT_ONCE):
            made += added
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
        return _said("another process is summing up just now: run this again in a minute")
    print(f"{made} hours summed up")  # noqa: T201 - a command's own output
    return 0


def _said(fault: str, exit_code: int = EXIT_NOT_DONE) -> int:
    print(f"{NAME}: {fault}", file=sys.stderr)  # noqa: T201 - a command's own output
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
