"""Copies of documents that may be up to a second old, so that a burst of photos asks the database once."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: What an administrator saves is in force on every replica within 2 s.
FRESH_SECONDS = 1.0
#: While one caller reads anew, the others take the old copy, for so long at a time and in all.
READING_SECONDS, LONGEST_READING_SECONDS = 0.1, 0.5
MAX_COPIES = 1_000


@dataclass
class _Copy(Generic[T]):
    value: T
    read_at: float
    read_again_at: float


class FreshCopies(Generic[T]):
    """Remembers what `read` gave for a key for one second, absent documents too; at most 1,000 keys.

    While one caller reads a known key anew, others get the old copy: at most half a second more, so that a burst asks
    the database once and a database that hangs is not hidden.
    """

    def __init__(self, read: Callable[[str], Awaitable[T]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._copies: dict[str, _Copy[T]] = {}

    async def get(self, key: str) -> T:
        """Give the copy, or read it anew; raises what `read` raises."""
        now, copy = self._clock(), self._copies.get(key)
        if copy is not None:
            if now < copy.read_again_at:
                return copy.value
            copy.read_again_at = min(now + READING_SECONDS, copy.read_at + FRESH_SECONDS + LONGEST_READING_SECONDS)
        value = await self._read(key)
        if len(self._copies) >= MAX_COPIES:
            self._copies.clear()
        read_at = self._clock()
        self._copies[key] = _Copy(value, read_at, read_at + FRESH_SECONDS)
        return value

    def forget(self, key: str) -> None:
        self._copies.pop(key, None)
