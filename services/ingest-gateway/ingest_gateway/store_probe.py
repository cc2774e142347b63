"""Whether the object store answers, as far as the last second knows."""

import asyncio
from collections.abc import Awaitable, Callable

PROBE_SECONDS = 1.0
_ANSWER_SECONDS = 1.0
#: before a fault is believed it is asked about again: one slow answer of a busy machine is no outage
AGAIN_SECONDS = 0.25


class StoreProbe:
    """Asks in the background, so that no photo waits for the question."""

    def __init__(self, ping: Callable[[], Awaitable[str | None]]) -> None:
        self._ping = ping
        self._fault: str | None = "not asked yet"

    def fault(self) -> str | None:
        """What was wrong when the store was last asked twice; None when one answer of them was good."""
        return self._fault

    async def run(self) -> None:
        """Ask once a second, for ever."""
        while True:
            fault = await self._ask()
            if fault is not None:
                await asyncio.sleep(AGAIN_SECONDS)
                fault = await self._ask()
            self._fault = fault
            await asyncio.sleep(PROBE_SECONDS)

    async def _ask(self) -> str | None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._ping()
        except TimeoutError:
            return "does not answer"
