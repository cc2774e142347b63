"""A readiness check whose answer is kept for a while, so that probes and requests may ask often."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class CachedCheck:
    """Gives None when fine, else the reason in words; never raises for trouble of the kinds in `expected`."""

    def __init__(
        self,
        check: Callable[[], Awaitable[str | None]],
        *,
        expected: type[Exception],
        timeout_seconds: float = 0.9,
        keep_good_seconds: float = 5.0,
        keep_bad_seconds: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check = check
        self._expected = expected
        self._timeout_seconds = timeout_seconds
        self._keep_good_seconds = keep_good_seconds
        self._keep_bad_seconds = keep_bad_seconds
        self._now = now
        self._reason: str | None = None
        self._good_until = float("-inf")
        self._lock = asyncio.Lock()

    async def __call__(self) -> str | None:
        async with self._lock:
            if self._now() >= self._good_until:
                self._reason = await self._ask()
                kept = self._keep_good_seconds if self._reason is None else self._keep_bad_seconds
                self._good_until = self._now() + kept
            return self._reason

    async def _ask(self) -> str | None:
        try:
            async with asyncio.timeout(self._timeout_seconds) as scope:
                return await self._check()
        except TimeoutError:
            if not scope.expired():
                raise
            return f"no answer in {self._timeout_seconds:g} s"
        except self._expected as error:
            return str(error)
