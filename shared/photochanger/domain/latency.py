"""How long one provider's operation takes lately, as far as anybody has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from photochanger.domain.slot import Operation, Route
from photochanger.domain.survival import NOTHING_WATCHED, Survival

#: A percentile of fewer samples says nothing about the slowest tenth.
MIN_SAMPLES = 5


@dataclass(frozen=True)
class Latency:
    """`samples` are calls with a picture and calls that were cut, of the last 20 minutes; `recent` of the last three.

    Our own part, in milliseconds: `wait_ms` in the provider's queue (usual), `finish_ms` to check, store and write the
    row (nine of ten).
    """

    samples: int = 0
    recent: int = 0
    survival: Survival = field(default=NOTHING_WATCHED, repr=False)
    wait_ms: int = 0
    finish_ms: int = 0

    @property
    def p50_ms(self) -> int | None:
        """The usual time of a call, None without samples."""
        return self.survival.percentile_ms(50)

    @property
    def observed_p50_ms(self) -> int | None:
        """The usual time, None where too few calls have ended to know it."""
        return self.p50_ms if self.survival.ended_share >= 0.5 else None

    @property
    def p90_ms(self) -> int | None:
        """Nine of ten calls end within this; None with fewer than `MIN_SAMPLES`."""
        return self.survival.percentile_ms(90) if self.samples >= MIN_SAMPLES else None


UNKNOWN = Latency()

#: Provider and operation.
LatencyKey = tuple[str, Operation]


@dataclass(frozen=True)
class LatencyBook:
    """Everything known about every provider's operations at one moment."""

    entries: Mapping[LatencyKey, Latency] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, route: Route) -> Latency:
        return self.entries.get((route.provider, route.operation), UNKNOWN)
