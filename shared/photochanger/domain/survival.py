"""How long calls take, learned also from those that were cut before they ended (the product-limit estimate).

A call cut after 30 s says only that it needed more. Leaving it out makes a provider that became slow look as fast as
the calls that still made it; taking it for a call of 30 s puts every percentile below our own cuts. So a cut call
counts among those that might have ended at any moment up to its cut, and not after it (Kaplan and Meier, 1958). That
is right as long as a cut does not depend on the call's own time, and it does not: it follows from the window and from
the fallback.

Past the longest time that was watched nothing is known. A percentile that lies there is said to be a quarter longer
than that time: longer than what was given so far, so that no call is started in hope of the same time again, but not
for ever, so that a call with clearly more time is tried.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from photochanger.domain.log_histogram import bucket_of, middle_ms

BEYOND_WATCHED = 1.25
#: Sums of weights are not exact.
_EPSILON = 1e-9


@dataclass(frozen=True)
class Survival:
    """`shares[i]` of the calls have ended by bucket `buckets[i]`; nothing was watched after bucket `watched`."""

    buckets: tuple[int, ...]
    shares: tuple[float, ...]
    watched: int | None

    @classmethod
    def of(cls, ended: Mapping[int, float], cut: Mapping[int, float]) -> Self:
        """Estimate from weights per bucket of calls that ended with a picture and of calls that were cut."""
        at_risk = sum(ended.values()) + sum(cut.values())
        buckets, shares, surviving = [], [], 1.0
        for bucket in sorted({*ended, *cut}):
            if at_risk <= _EPSILON:
                break
            surviving *= max(0.0, 1 - ended.get(bucket, 0.0) / at_risk)
            at_risk -= ended.get(bucket, 0.0) + cut.get(bucket, 0.0)
            buckets.append(bucket)
            shares.append(1 - surviving)
        return cls(tuple(buckets), tuple(shares), buckets[-1] if buckets else None)

    def percentile_ms(self, percent: float) -> int | None:
        """Give the time within which `percent` of the calls end; None without calls."""
        if self.watched is None:
            return None
        for bucket, share in zip(self.buckets, self.shares, strict=True):
            if share >= percent / 100 - _EPSILON:
                return middle_ms(bucket)
        return round(middle_ms(self.watched) * BEYOND_WATCHED)

    @property
    def ended_share(self) -> float:
        """The share of calls known to end at all."""
        return self.shares[-1] if self.shares else 0.0

    def share_within(self, milliseconds: float) -> float:
        """Give the share of calls known to end within that time."""
        reached = bisect_right(self.buckets, bucket_of(milliseconds)) if milliseconds > 0 else 0
        return self.shares[reached - 1] if reached else 0.0


NOTHING_WATCHED = Survival((), (), None)
