"""A simulated clock, the photos of one trace, and what all processes together know at each moment."""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from photochanger.domain.latency import LatencyBook, LatencyKey
from photochanger.domain.latency_sketch import Measure, Place, epoch_at, latency_of
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Route
from photochanger.infrastructure.recent_latency import REFRESH_SECONDS
from photochanger.provider_worker.retry import RetryBudget
from tests.planner_replay.trace import CallEnd, Trace

WINDOW_SECONDS = 48.0
RESERVE_SECONDS = 0.5
#: Of an own stack: from the first byte to the dispatch, from there to the call, from the answer to the row.
RECEIVE_SECONDS, DISPATCH_SECONDS, FINISH_SECONDS = 0.4, 0.05, 0.15

#: A photo's way: what it yields are seconds to wait, what it returns is whether the picture came in time.
Way = Generator[float, None, bool]


@dataclass
class World:
    """`now` is in seconds of the evening."""

    trace: Trace
    now: float = 0.0
    calls: int = 0
    predicted: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.trace.seed)
        self.budget = RetryBudget(lambda: self.now)
        self._counts: dict[LatencyKey, Counter[Place]] = defaultdict(Counter)
        self._book, self._read_at = LatencyBook(), float("-inf")

    def uniform(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    def call(self, route: Route, photo: int, n: int) -> CallEnd:
        self.calls += 1
        return self.trace.call(route, photo, n, at=self.now)

    def note(self, route: Route, measure: Measure, seconds: float) -> None:
        place = Place(epoch_at(self.now), measure, bucket_of(seconds * 1000))
        self._counts[route.provider, route.operation][place] += 1

    def book(self) -> LatencyBook:
        """What a dispatcher or a worker has read last."""
        if self.now - self._read_at >= REFRESH_SECONDS:
            self._read_at = self.now
            self._book = LatencyBook(
                {key: latency_of(counts, now_epoch=epoch_at(self.now)) for key, counts in self._counts.items()}
            )
        return self._book


@dataclass(frozen=True)
class Tally:
    """What became of a trace's photos; `predicted` is the mean of the planner's chances where it gave one."""

    photos: int
    delivered: int
    calls: int
    predicted: float | None = None


def replay(trace: Trace, policy: Callable[[World, int], Way]) -> Tally:
    """Send every photo of the trace on its way and count the pictures that came within the window."""
    world, delivered = World(trace), 0
    waiting = [(at, photo, policy(world, photo)) for photo, at in enumerate(trace.arrivals)]
    heapq.heapify(waiting)
    while waiting:
        world.now, photo, way = heapq.heappop(waiting)
        try:
            heapq.heappush(waiting, (world.now + next(way), photo, way))
        except StopIteration as ended:
            delivered += ended.value
    predicted = sum(world.predicted) / len(world.predicted) if world.predicted else None
    return Tally(len(trace.arrivals), delivered, world.calls, predicted)
