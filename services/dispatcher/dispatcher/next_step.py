"""What is to be done with a job now: from its row, from how long providers take, and from which may be asked."""

from dataclasses import dataclass
from datetime import timedelta

from dispatcher.choose_route import OpenRoutes, open_routes
from dispatcher.job_ending import Ending, ending_of
from photochanger.domain.availability import EVERYBODY_OPEN, Availability
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Attempt, AttemptOutcome, Job
from photochanger.domain.latency import LatencyBook
from photochanger.domain.slot import Route
from photochanger.domain.window_planner import (
    MIN_CALL_MS,
    Plan,
    TimeLeft,
    first_attempt,
    next_attempt,
    probe_cut_left_ms,
)

#: Another provider cannot mend these: the store is ours.
_NOT_MENDED_BY_ANOTHER_PROVIDER = frozenset({AttemptOutcome.STORAGE})


@dataclass(frozen=True)
class Leave:
    """Nothing: the job ended, a worker has it, or its window decides."""


@dataclass(frozen=True)
class TimeOut:
    """The window is over, or nothing can succeed in the rest of it."""


@dataclass(frozen=True)
class StartAttempt:
    """Ask the provider of `route`, the snapshot's route number `index`; attempts so far: `after`.

    `chance` is the predicted share of such photos that come back in the window, None where that is not known. `tries`
    are the provider's breakers for which this has to be the one photo that tries.
    """

    index: int
    route: Route
    cut_left_ms: int
    after: int
    chance: float | None = None
    tries: tuple[BreakerReason, ...] = ()


@dataclass(frozen=True)
class PublishAgain:
    """The attempt's message may be lost, or its worker died: nobody is known to have it."""

    attempt: Attempt


@dataclass(frozen=True)
class Fail:
    ending: Ending


Step = Leave | TimeOut | StartAttempt | PublishAgain | Fail


def next_step(job: Job, book: LatencyBook, availability: Availability = EVERYBODY_OPEN) -> Step:
    """Decide by the row as it was read and the time that the database's clock said is left."""
    if job.is_finalized:
        return Leave()
    if job.left_ms <= 0:
        return TimeOut()
    latest = job.latest_attempt
    if latest is not None and latest.outcome is None:
        return _step_of_unfinished(job, latest)
    if job.left_ms <= job.answer_reserve_ms:
        return TimeOut()
    return _first_step(job, book, availability) if latest is None else _step_after(job, latest, book, availability)


def _step_of_unfinished(job: Job, attempt: Attempt) -> Step:
    if attempt.owner is None:
        return TimeOut() if job.left_ms <= job.answer_reserve_ms else PublishAgain(attempt)
    read_at = job.sync_deadline - timedelta(milliseconds=job.left_ms)
    is_abandoned = attempt.lease_until is not None and attempt.lease_until <= read_at
    return PublishAgain(attempt) if is_abandoned else Leave()


def _first_step(job: Job, book: LatencyBook, availability: Availability) -> Step:
    time = _time_left(job)
    if time.for_calls_ms < MIN_CALL_MS:
        return Leave()
    routes = open_routes(job, availability)
    if not routes.open:
        return Fail(_unavailable(routes))
    may_refuse = job.slot_snapshot.refuse_without_time
    plan = first_attempt([book.of(route) for _, route in routes.open], time, may_refuse=may_refuse)
    if plan is None:
        return Fail(Ending(FailureReason.NO_TIME_LEFT, "every provider's usual time exceeds what is left"))
    return _start(job, routes, plan, availability)


def _step_after(job: Job, latest: Attempt, book: LatencyBook, availability: Availability) -> Step:
    routes, time = open_routes(job, availability), _time_left(job)
    if latest.outcome not in _NOT_MENDED_BY_ANOTHER_PROVIDER:
        plan = next_attempt([book.of(route) for _, route in routes.open], time)
        if plan is not None:
            return _start(job, routes, plan, availability)
    ending = ending_of(job.attempts)
    if ending is not None:
        return Fail(ending)
    # without time for a call nobody could be asked, closed or not: then it is the window that ends the photo
    if routes.open or time.for_calls_ms < MIN_CALL_MS:
        return Leave()
    is_closed = availability.closure(latest.provider, job.slot_id, patience_ms=0) is not None
    return Fail(_unavailable(routes, latest.provider)) if is_closed else Leave()


def _unavailable(routes: OpenRoutes, provider: str = "") -> Ending:
    """No provider may be asked: the booth need not wait for the window's end."""
    waits = [closure.retry_after_seconds for closure in routes.closed if closure.retry_after_seconds is not None]
    details = [closure.detail for closure in routes.closed] or [f"{provider} did not answer, and is not asked any more"]
    return Ending(FailureReason.PROVIDER_UNAVAILABLE, "; ".join(details), min(waits, default=None))


def _start(job: Job, routes: OpenRoutes, plan: Plan, availability: Availability) -> StartAttempt:
    index, route = routes.open[plan.position]
    tries, cut_left_ms = availability.due(route.provider), plan.cut_left_ms
    if tries:
        cut_left_ms = max(cut_left_ms, probe_cut_left_ms(_time_left(job)))
    return StartAttempt(index, route, cut_left_ms, after=len(job.attempts), chance=plan.chance, tries=tries)


def _time_left(job: Job) -> TimeLeft:
    return TimeLeft(job.left_ms, job.window_ms, job.answer_reserve_ms)
