"""The admin API's background work for statistics: the sums of each hour, soon after no job of it can run."""

import asyncio

from photochanger.infrastructure.statistics_rollup import StatisticsRollup
from photochanger.observability import Telemetry, get_logger
from photochanger.periodic import run_periodically, stopped_within

#: An hour becomes due 5 minutes after its end; nothing is lost while it waits, it is counted from rows.
ROUND_SECONDS = 60.0
#: Hours at a stretch; between two stretches other replicas and requests have their turn.
HOURS_AT_ONCE = 24
PAUSE_SECONDS = 0.5

log = get_logger(__name__)


async def keep_rolling_up(rollup: StatisticsRollup, telemetry: Telemetry, *, stop: asyncio.Event) -> None:
    """Do it until `stop`; every replica may."""

    async def catch_up() -> None:
        while count := await rollup.roll_up(at_most=HOURS_AT_ONCE):
            log.info("hours_summed_up", hours=count)
            if await stopped_within(stop, PAUSE_SECONDS):
                return

    await run_periodically(catch_up, telemetry, name="statistics_rollup", seconds=ROUND_SECONDS, stop=stop)
