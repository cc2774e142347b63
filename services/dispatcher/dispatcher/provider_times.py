"""How long providers usually take, from their newest delivered pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

from photochanger.domain.slot import Operation, Route

#: Only the newest samples of a provider and operation count.
KEPT_SAMPLES = 50


@dataclass(frozen=True)
class ProviderTime:
    """One delivered picture took its provider so long."""

    provider: str
    operation: Operation
    milliseconds: int


class ProviderTimes:
    """Quantiles per provider and operation over their newest `KEPT_SAMPLES`; samples are given newest first."""

    def __init__(self, newest_first: Iterable[ProviderTime] = ()) -> None:
        kept: dict[tuple[str, Operation], list[int]] = {}
        for sample in newest_first:
            samples = kept.setdefault((sample.provider, sample.operation), [])
            if len(samples) < KEPT_SAMPLES:
                samples.append(sample.milliseconds)
        self._sorted = {key: sorted(samples) for key, samples in kept.items()}

    def count(self, route: Route) -> int:
        return len(self._of(route))

    def p50_ms(self, route: Route) -> int | None:
        """The usual time, None without samples."""
        return self._quantile(route, 50)

    def p90_ms(self, route: Route) -> int | None:
        """Nine of ten pictures came within this, None without samples."""
        return self._quantile(route, 90)

    def _of(self, route: Route) -> list[int]:
        return self._sorted.get((route.provider, route.operation), [])

    def _quantile(self, route: Route, percent: int) -> int | None:
        """Nearest rank: the smallest sample that at least `percent` of all do not exceed."""
        samples = self._of(route)
        return samples[-(-len(samples) * percent // 100) - 1] if samples else None
