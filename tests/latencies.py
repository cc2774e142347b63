"""What is known of providers' times, as tests need it."""

from collections import Counter
from collections.abc import Sequence

from photochanger.domain.latency import Latency, LatencyBook
from photochanger.domain.latency_sketch import Measure, Place, Sketch, latency_of
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Route

NOW = 1_000
NOTHING_KNOWN = LatencyBook()


def sketch(milliseconds: Sequence[float], measure: Measure = Measure.CALL, *, epoch: int = NOW) -> Sketch:
    return Counter(Place(epoch, measure, bucket_of(value)) for value in milliseconds)


def latency(
    *calls_ms: float, cut_ms: Sequence[float] = (), wait_ms: float | None = None, finish_ms: float | None = None
) -> Latency:
    """Calls of just now that took so long, and calls that were cut after so long."""
    seen = Counter(sketch(calls_ms)) + Counter(sketch(cut_ms, Measure.CUT))
    for own, measure in ((wait_ms, Measure.WAIT), (finish_ms, Measure.FINISH)):
        seen += Counter(sketch([] if own is None else [own], measure))
    return latency_of(seen, now_epoch=NOW)


def book(*entries: tuple[Route, Latency]) -> LatencyBook:
    return LatencyBook({(route.provider, route.operation): known for route, known in entries})
