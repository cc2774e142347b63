"""Work that is done again and again until the process stops."""

import asyncio
from collections.abc import Awaitable, Callable

from photochanger.observability import Telemetry


async def run_periodically(
    work: Callable[[], Awaitable[None]], telemetry: Telemetry, *, name: str, seconds: float, stop: asyncio.Event
) -> None:
    """Do `work`, rest `seconds`, and so on until `stop`; a round that fails is logged and counted, the next comes."""
    while not stop.is_set():
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - outermost edge of a loop: what a round left is the next one's
            telemetry.swallow(name, error, next_round_seconds=seconds)
        await stopped_within(stop, seconds)


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Rest, but not longer than until `stop`; say whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
