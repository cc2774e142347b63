"""So many a minute, exactly, per key."""

from collections import OrderedDict, deque

INTERVAL_SECONDS = 60.0
#: Keys remembered at once; the least recently seen go first, so that strangers cannot fill the memory.
MAX_KEYS = 4096


class SlidingRate:
    """At most `limit` takes of a key in any 60 s; only what was let through counts."""

    def __init__(self) -> None:
        self._takes: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str, limit: int, *, now: float) -> float:
        """Give what `take` would, and take nothing."""
        takes = self._takes.get(key, deque())
        while takes and takes[0] <= now - INTERVAL_SECONDS:
            takes.popleft()
        return takes[len(takes) - limit] + INTERVAL_SECONDS - now if len(takes) >= limit else 0.0

    def take(self, key: str, limit: int, *, now: float) -> float:
        """0 when let through, else the seconds until the next one would be; `now` is monotonic."""
        takes = self._takes.setdefault(key, deque())
        self._takes.move_to_end(key)
        if (seconds := self.wait(key, limit, now=now)) > 0:
            return seconds
        takes.append(now)
        if len(self._takes) > MAX_KEYS:
            self._takes.popitem(last=False)
        return 0.0
