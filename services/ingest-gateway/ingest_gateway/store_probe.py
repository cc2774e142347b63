"""Whether the object store answers, as far as the last second knows."""

import asyncio
from collections.abc import Awaitable, Callable

PROBE_SECONDS = 1.0
_ANSWER_SECONDS = 1.0


class StoreProbe:
    """Asks in the background, so that no photo waits for the question."""

    def __init__(self, ping: Callable[[], Awaitable[str | None]]) -> None:
        self._ping = ping
        self._fault: str | None = "not asked yet"

    def fault(self) -> str | None:
        """What was wrong when the store was last asked; None when nothing."""
        return self._fault

    async def run(self) -> None:
        """Ask once a second, for ever."""
        while True:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    self._fault = await self._ping()
            except TimeoutError:
                self._fault = "does not answer"
            await asyncio.sleep(PROBE_SECONDS)
