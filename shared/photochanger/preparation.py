"""What must have succeeded once before a service is ready; servers that are down are waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from photochanger.observability import get_logger
from photochanger.periodic import stopped_within

RETRY_SECONDS = 1.0

log = get_logger(__name__)


class Preparation:
    """Steps by name, each repeated until it succeeds; `missing` tells readiness which have not yet."""

    def __init__(self, steps: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._waiting = dict(steps)

    async def missing(self) -> str | None:
        return f"still to do: {', '.join(self._waiting)}" if self._waiting else None

    async def run(self, stop: asyncio.Event) -> None:
        """Take the steps in order; returns when all are done, or at `stop`."""
        for name, step in list(self._waiting.items()):
            while not await self._succeeds(name, step):
                if await stopped_within(stop, RETRY_SECONDS):
                    return
            del self._waiting[name]

    async def _succeeds(self, name: str, step: Callable[[], Awaitable[None]]) -> bool:
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - whatever it was, the step is not done and is tried again
            log.warning("preparation_failed_trying_again", step=name, error=repr(error))
            return False
        return True
