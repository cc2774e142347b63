"""Whether a figure grows: its slope per hour with what chance alone could make of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

#: Neighbouring samples resemble each other, so blocks of them are compared, not samples.
BLOCKS = 8
#: Student's t for 6 degrees of freedom, 99 % two-sided.
T_99 = 3.707
#: Growth below this share of the level, or below one whole unit an hour, is none that anybody would meet.
SMALL_SHARE, SMALL_UNITS = 0.05, 1.0


@dataclass(frozen=True)
class Trend:
    """`per_hour` plus or minus `error_per_hour`, of a figure that is `level` on average."""

    level: float
    per_hour: float
    error_per_hour: float

    @property
    def grows(self) -> bool:
        least = self.per_hour - self.error_per_hour
        return least > max(SMALL_UNITS, SMALL_SHARE * self.level)


def trend_of(seconds: Sequence[float], values: Sequence[float]) -> Trend:
    """Fit a line through the means of equal blocks.

    Raises:
        ValueError: fewer than two samples a block.
    """
    size = len(values) // BLOCKS
    if size < 2:
        raise ValueError(f"{len(values)} samples are too few")
    starts = [number * size for number in range(BLOCKS)]
    hours = [fmean(seconds[start : start + size]) / 3600 for start in starts]
    means = [fmean(values[start : start + size]) for start in starts]
    middle, level = fmean(hours), fmean(means)
    spread = sum((hour - middle) ** 2 for hour in hours)
    slope = sum((hour - middle) * (mean - level) for hour, mean in zip(hours, means, strict=True)) / spread
    left = sum((mean - level - slope * (hour - middle)) ** 2 for hour, mean in zip(hours, means, strict=True))
    return Trend(level, slope, T_99 * (left / (BLOCKS - 2) / spread) ** 0.5)
