"""From what was measured to figures: percentiles, CPU a photo, ratios to the bare pipeline and their spread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from tests.bench.booths import Measured

#: What the sandbox takes for each picture.
PROVIDER_SECONDS = 0.5
#: Their CPU is part of neither pipeline.
OUTSIDE = frozenset({"sandbox"})


@dataclass(frozen=True)
class Cell:
    """One size of photo, one number of photos in flight."""

    photo: str
    in_flight: int

    def __str__(self) -> str:
        return f"{self.photo} x {self.in_flight}"


@dataclass(frozen=True)
class Figures:
    """One system in one cell in one round; overhead is the answer's time less the provider's."""

    photos: int
    failures: Mapping[str, int]
    overhead_ms_p50: float
    overhead_ms_p95: float
    overhead_ms_p99: float
    photos_per_second: float
    cpu_ms_per_photo: float
    cpu_ms_by_process: Mapping[str, float]
    peak_mib_by_process: Mapping[str, float]


@dataclass(frozen=True)
class Spread:
    """Median, lowest and highest of the rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))

    def shown(self, digits: int) -> str:
        text = f"{self.median:.{digits}f}"
        return text if self.low == self.high else f"{text} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def figures_of(measured: Measured) -> Figures:
    """Reduce one loop to its figures.

    Raises:
        ValueError: fewer than two photos ended in it.
    """
    photos = len(measured.totals)
    if photos < 2:
        raise ValueError(f"{photos} photos came back, failures: {dict(measured.failures)}")
    overhead = [(total - PROVIDER_SECONDS) * 1000 for total in measured.totals]
    hundredths = quantiles(overhead, n=100, method="inclusive")
    cpu = {name: 1000 * seconds / photos for name, seconds in measured.usage.cpu_seconds.items()}
    return Figures(
        photos=photos,
        failures=dict(measured.failures),
        overhead_ms_p50=hundredths[49],
        overhead_ms_p95=hundredths[94],
        overhead_ms_p99=hundredths[98],
        photos_per_second=photos / measured.elapsed_seconds,
        cpu_ms_per_photo=sum(value for name, value in cpu.items() if name not in OUTSIDE),
        cpu_ms_by_process=cpu,
        peak_mib_by_process={name: size / 2**20 for name, size in measured.usage.peak_bytes.items()},
    )


#: What the table compares, and how many digits it shows.
COMPARED: Mapping[str, tuple[Callable[[Figures], float], int]] = {
    "overhead p50, ms": (lambda one: one.overhead_ms_p50, 0),
    "overhead p95, ms": (lambda one: one.overhead_ms_p95, 0),
    "overhead p99, ms": (lambda one: one.overhead_ms_p99, 0),
    "photos/s": (lambda one: one.photos_per_second, 1),
    "CPU ms per photo": (lambda one: one.cpu_ms_per_photo, 0),
}


@dataclass(frozen=True)
class Comparison:
    """One figure of one cell; a ratio is taken within each round, so that a slow machine slows both sides."""

    bare: Spread
    product: Spread
    ratio: Spread


def compare(bare: Sequence[Figures], product: Sequence[Figures]) -> dict[str, Comparison]:
    """Set the rounds of both systems side by side, each figure by its name in `COMPARED`."""
    compared = {}
    for name, (figure, _) in COMPARED.items():
        left, right = [figure(one) for one in bare], [figure(one) for one in product]
        ratios = [ours / theirs for theirs, ours in zip(left, right, strict=True)]
        compared[name] = Comparison(Spread.of(left), Spread.of(right), Spread.of(ratios))
    return compared


Rounds = Mapping[Cell, Mapping[str, Sequence[Figures]]]


def as_json(rounds: Rounds) -> dict[str, object]:
    return {
        str(cell): {
            "rounds": {name: [asdict(one) for one in figures] for name, figures in systems.items()},
            "compared": {name: asdict(value) for name, value in compare(systems["bare"], systems["product"]).items()},
        }
        for cell, systems in rounds.items()
    }
