"""A sliding rate (GCRA, the generic cell rate algorithm): one number says when the next turn is free.

`limit` turns in every half-open window, wherever it begins. A fiftieth of them may be taken together after a pause; the
rest are spaced evenly, and a fiftieth wider than the limit asks: so no window has more, 98 % of the limit can be used,
and what the network shifts does not carry a turn into a full window. The database does the same arithmetic
(`quota_repository`); this is its definition, and tests hold the two together.
"""

import math
from dataclasses import dataclass

#: This share of the limit may come at once.
TOGETHER = 0.02


@dataclass(frozen=True)
class Turn:
    """`wait_ms` until the turn, not granted to who cannot wait so long; `free_at_ms` is the next one's time."""

    is_granted: bool
    wait_ms: float
    free_at_ms: float


@dataclass(frozen=True)
class Rate:
    """At most `limit` turns in any `window_seconds`."""

    limit: int
    window_seconds: float = 60.0

    @property
    def interval_ms(self) -> float:
        return self.window_seconds * 1000 / (self.limit * (1 - TOGETHER))

    @property
    def tolerance_ms(self) -> float:
        """How far ahead of its even spacing a turn may be taken."""
        return math.floor(self.limit * TOGETHER) * self.interval_ms

    def take(self, free_at_ms: float, now_ms: float, *, patience_ms: float) -> Turn:
        """Take a turn now, or one to wait for; with a wait beyond `patience_ms` nothing is taken."""
        free_at = max(free_at_ms, now_ms)
        wait = max(0.0, free_at - self.tolerance_ms - now_ms)
        if wait > patience_ms:
            return Turn(is_granted=False, wait_ms=wait, free_at_ms=free_at)
        return Turn(is_granted=True, wait_ms=wait, free_at_ms=free_at + self.interval_ms)
