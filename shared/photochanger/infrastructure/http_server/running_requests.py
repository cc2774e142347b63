"""How many requests are between their first byte and the end of their answer, so that a drain can wait for them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class RunningRequests:
    def __init__(self) -> None:
        self._count = 0
        self._changed = asyncio.Event()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Counts one request, or one part of it, for the length of the block."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        self._count += 1

    def end(self) -> None:
        self._count -= 1
        self._changed.set()

    async def wait_for_none(self, seconds: float) -> None:
        """Returns when nothing runs, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._count:
                    self._changed.clear()
                    await self._changed.wait()
