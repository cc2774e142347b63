"""Slows guessing down: after some failures each further one doubles the wait."""

from collections import OrderedDict
from collections.abc import Callable

FREE_FAILURES = 5
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 900.0
#: The longest silent are forgotten first.
MAX_KEYS = 10_000


class LoginThrottle:
    """Per key, e.g. a login and an address; `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_seconds(self, key: str) -> float:
        """Say how long no attempt is looked at; 0: now."""
        return max(0.0, self._failures.get(key, (0, 0.0))[1] - self._clock())

    def begin(self, key: str) -> None:
        """Count an attempt as failed before it is checked, so that attempts at once count each."""
        count = self._failures.pop(key, (0, 0.0))[0] + 1
        wait = 0.0
        if count > FREE_FAILURES:
            wait = min(FIRST_WAIT_SECONDS * 2 ** min(count - FREE_FAILURES - 1, 16), LONGEST_WAIT_SECONDS)
        self._failures[key] = (count, self._clock() + wait)
        if len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)
