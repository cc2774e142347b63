"""What a process keeps at hand while it has photos: without any it asks the database nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from photochanger.domain.breaker import WINDOW_SECONDS
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

#: So long after the last photo it is still read: its answer may be waited for by a breaker.
LASTS_SECONDS = float(WINDOW_SECONDS)
#: What an administrator saves is in force within 2 s, also for the first photo after a pause.
OLD_SECONDS = 2.0
#: That photo waits for the reading, but not for a database that hangs.
LONGEST_READING_SECONDS = 0.5

log = get_logger(__name__)


class WhileUsed:
    """`refresh` reads as long as photos are in work and 30 s longer; the first photo after a pause reads by itself.

    Args:
        read: keeps what was known when it raises `DatabaseUnavailable`.
        clock: monotonic seconds.
    """

    def __init__(self, read: Callable[[], Awaitable[None]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._users = 0
        self._used_at = self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Give a photo, for as long as it is in work, what is at most 2 s old, or what was known when nothing is."""
        self._users += 1
        try:
            await self._renew_what_is_old()
            yield
        finally:
            self._users -= 1
            self._used_at = self._clock()

    async def refresh(self) -> None:
        """Read anew, if there are or were photos lately; raises `DatabaseUnavailable`."""
        if self._users or self._clock() < self._used_at + LASTS_SECONDS:
            await self._read()
            self._read_at = self._clock()

    async def _renew_what_is_old(self) -> None:
        """Photos that come together wait for one reading; when it fails, the next ones try again after 2 s."""
        async with self._reading:
            if self._clock() <= self._read_at + OLD_SECONDS:
                return
            self._read_at = self._clock()
            try:
                async with asyncio.timeout(LONGEST_READING_SECONDS):
                    await self._read()
            except (DatabaseUnavailable, TimeoutError) as error:
                log.warning("not_read_after_a_pause", error=repr(error), next="what was known serves")
