"""Percentiles from counts in buckets that each are 4 % wider than the one before: at most 2 % off."""

import math
from collections.abc import Mapping

GROWTH = 1.04
#: For the database, which has natural logarithms.
GROWTH_LOG = math.log(GROWTH)


def bucket_of(milliseconds: float) -> int:
    """Bucket n holds GROWTH^n up to GROWTH^(n+1) milliseconds, bucket 0 also what is shorter than one."""
    return math.floor(math.log(max(milliseconds, 1)) / GROWTH_LOG)


def middle_ms(bucket: int) -> int:
    """The value that stands for everything in the bucket."""
    return round(GROWTH ** (bucket + 0.5)) if bucket else 1


def percentile_ms(counts: Mapping[int, float], percent: float) -> int | None:
    """Give the value that `percent` of all are at or below; None without values."""
    wanted = sum(counts.values()) * percent / 100
    below = 0.0
    for bucket in sorted(counts):
        below += counts[bucket]
        if below >= wanted and counts[bucket]:
            return middle_ms(bucket)
    return None
