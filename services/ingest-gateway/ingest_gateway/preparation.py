"""What must exist in the database and the store before photos come; tried again and again until it does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from photochanger.infrastructure.media_store import StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

RETRY_SECONDS = 1.0

log = get_logger(__name__)


class Preparation:
    """Steps that must each succeed once; every one may be repeated."""

    def __init__(self, steps: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._left = dict(steps)

    async def readiness(self) -> str | None:
        """The steps that are not done, in words; None when all are."""
        return f"not there yet: {', '.join(self._left)}" if self._left else None

    async def run(self) -> None:
        """Take every step, and come back when all have succeeded."""
        while self._left:
            for name, step in list(self._left.items()):
                try:
                    await step()
                except (DatabaseUnavailable, StoreUnavailable) as error:
                    log.warning("not_prepared", step=name, why=str(error), next="tries again")
                else:
                    del self._left[name]
            if self._left:
                await asyncio.sleep(RETRY_SECONDS)
