"""Which provider a photo goes to next."""

from collections.abc import Sequence

from dispatcher.provider_times import ProviderTimes
from photochanger.domain.job import Job
from photochanger.domain.slot import Route

#: A prediction needs so many recent samples.
MIN_SAMPLES_TO_PREDICT = 20

#: A route and its index in the snapshot.
Candidate = tuple[int, Route]


def untried_routes(job: Job) -> list[Candidate]:
    """Give the snapshot's routes that had no attempt of this job yet, in order.

    Two routes may name one provider, e.g. with another model; its retries are counted together.
    """
    tried = {attempt.route for attempt in job.attempts}
    return [(index, route) for index, route in enumerate(job.slot_snapshot.routes) if index not in tried]


def in_time(candidates: Sequence[Candidate], times: ProviderTimes, *, usable_ms: int) -> list[Candidate]:
    """Leave out those whose usual time is known to exceed `usable_ms`."""
    return [candidate for candidate in candidates if not _is_too_slow(candidate[1], times, usable_ms)]


def _is_too_slow(route: Route, times: ProviderTimes, usable_ms: int) -> bool:
    usual_ms = times.p50_ms(route)
    return usual_ms is not None and times.count(route) >= MIN_SAMPLES_TO_PREDICT and usual_ms > usable_ms
