"""Which providers a photo may go to next."""

from dataclasses import dataclass

from photochanger.domain.availability import Availability, Closure, patience_ms
from photochanger.domain.job import Job
from photochanger.domain.slot import Route
from photochanger.domain.window_planner import MIN_CALL_MS

#: A route and its index in the snapshot.
Candidate = tuple[int, Route]


@dataclass(frozen=True)
class OpenRoutes:
    """The routes that may be tried, in order, and why the others may not."""

    open: tuple[Candidate, ...]
    closed: tuple[Closure, ...]


def untried_routes(job: Job) -> list[Candidate]:
    """Give the snapshot's routes that had no attempt of this job yet, in order.

    Two routes may name one provider, e.g. with another model; its retries are counted together.
    """
    tried = {attempt.route for attempt in job.attempts}
    return [(index, route) for index, route in enumerate(job.slot_snapshot.routes) if index not in tried]


def open_routes(job: Job, availability: Availability) -> OpenRoutes:
    """Part the untried routes by their providers' breakers and limits."""
    untried, for_calls_ms = untried_routes(job), job.left_ms - job.answer_reserve_ms
    patience = patience_ms(for_calls_ms, needed_ms=MIN_CALL_MS, has_fallback=len(untried) > 1)
    may_go, closed = [], []
    for index, route in untried:
        closure = availability.closure(route.provider, job.slot_id, patience_ms=patience)
        if closure is None:
            may_go.append((index, route))
        else:
            closed.append(closure)
    return OpenRoutes(tuple(may_go), tuple(closed))
