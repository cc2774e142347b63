"""What this process's calls teach about its provider: counted here, written together with everybody else's."""

from collections import Counter

from photochanger.domain.latency import Latency, LatencyKey
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Route
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.recent_latency import RecentLatency


class CallTimes:
    """Samples that are not written yet, and what is known of all processes' samples."""

    def __init__(self, repository: LatencyRepository) -> None:
        self._repository = repository
        self._recent = RecentLatency(repository)
        self._counts: Counter[tuple[LatencyKey, Measure, int]] = Counter()

    def of(self, route: Route) -> Latency:
        """What is known of the route, at most 2 s old."""
        return self._recent.current.of(route)

    def note(self, route: Route, measure: Measure, seconds: float) -> None:
        self._counts[(route.provider, route.operation), measure, bucket_of(seconds * 1000)] += 1

    async def exchange(self) -> None:
        """Write what was counted, then read what all have counted.

        Raises:
            DatabaseUnavailable: the samples of this round are lost; a write that may have happened is not repeated,
                so that no sample counts twice.
        """
        counts, self._counts = self._counts, Counter()
        if counts:
            await self._repository.add(counts)
        await self._recent.refresh()
