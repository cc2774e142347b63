"""Copies of documents that may be up to a second old, so that a burst of photos asks the database once."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

#: What an administrator saves is in force on every replica within 2 s.
FRESH_SECONDS = 1.0
MAX_COPIES = 1_000


class FreshCopies(Generic[T]):
    """Remembers what `read` gave for a key for one second, absent documents too; at most 1,000 keys."""

    def __init__(self, read: Callable[[str], Awaitable[T]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._copies: dict[str, tuple[float, T]] = {}

    async def get(self, key: str) -> T:
        """Give the copy, or read it anew; raises what `read` raises."""
        copy = self._copies.get(key)
        if copy is not None and self._clock() < copy[0]:
            return copy[1]
        value = await self._read(key)
        if len(self._copies) >= MAX_COPIES:
            self._copies.clear()
        self._copies[key] = (self._clock() + FRESH_SECONDS, value)
        return value

    def forget(self, key: str) -> None:
        self._copies.pop(key, None)
