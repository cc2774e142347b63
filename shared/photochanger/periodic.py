"""Work that is done again and again until the process stops."""

import asyncio
from collections.abc import Awaitable, Callable

from photochanger.observability import get_logger

log = get_logger(__name__)


async def run_periodically(
    work: Callable[[], Awaitable[None]], *, name: str, seconds: float, stop: asyncio.Event
) -> None:
    """Do `work`, rest `seconds`, and so on until `stop`; a round that fails or lasts too long is logged, the next comes."""
    while not stop.is_set():
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - outermost edge of a loop: what a round left undone is the next one's
            log.warning("round_failed_next_one_follows", work=name, error=repr(error), exc_info=error)
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
        except TimeoutError:
            continue
