"""What is to be done with a job now: decided from its row and from how long providers take."""

from dataclasses import dataclass
from datetime import timedelta

from dispatcher.choose_route import Candidate, untried_routes
from dispatcher.job_ending import Ending, ending_of
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Attempt, AttemptOutcome, Job
from photochanger.domain.latency import LatencyBook
from photochanger.domain.slot import Route
from photochanger.domain.window_planner import MIN_CALL_MS, Plan, TimeLeft, first_attempt, next_attempt

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

    `chance` is the predicted share of such photos that come back in the window, None where that is not known.
    """

    index: int
    route: Route
    cut_left_ms: int
    after: int
    chance: float | None = None


@dataclass(frozen=True)
class PublishAgain:
    """The attempt's message may be lost, or its worker died: nobody is known to have it."""

    attempt: Attempt


@dataclass(frozen=True)
class Fail:
    ending: Ending


Step = Leave | TimeOut | StartAttempt | PublishAgain | Fail


def next_step(job: Job, book: LatencyBook) -> Step:
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
    return _first_step(job, book) if latest is None else _step_after(job, latest, book)


def _step_of_unfinished(job: Job, attempt: Attempt) -> Step:
    if attempt.owner is None:
        return TimeOut() if job.left_ms <= job.answer_reserve_ms else PublishAgain(attempt)
    read_at = job.sync_deadline - timedelta(milliseconds=job.left_ms)
    is_abandoned = attempt.lease_until is not None and attempt.lease_until <= read_at
    return PublishAgain(attempt) if is_abandoned else Leave()


def _first_step(job: Job, book: LatencyBook) -> Step:
    candidates, time = untried_routes(job), _time_left(job)
    if time.for_calls_ms < MIN_CALL_MS:
        return Leave()
    may_refuse = job.slot_snapshot.refuse_without_time
    plan = first_attempt([book.of(route) for _, route in candidates], time, may_refuse=may_refuse)
    if plan is None:
        return Fail(Ending(FailureReason.NO_TIME_LEFT, "every provider's usual time exceeds what is left"))
    return _start(job, candidates, plan)


def _step_after(job: Job, latest: Attempt, book: LatencyBook) -> Step:
    candidates = untried_routes(job)
    if latest.outcome not in _NOT_MENDED_BY_ANOTHER_PROVIDER:
        plan = next_attempt([book.of(route) for _, route in candidates], _time_left(job))
        if plan is not None:
            return _start(job, candidates, plan)
    ending = ending_of(job.attempts)
    return Leave() if ending is None else Fail(ending)


def _start(job: Job, candidates: list[Candidate], plan: Plan) -> StartAttempt:
    index, route = candidates[plan.position]
    return StartAttempt(index, route, plan.cut_left_ms, after=len(job.attempts), chance=plan.chance)


def _time_left(job: Job) -> TimeLeft:
    return TimeLeft(job.left_ms, job.window_ms, job.answer_reserve_ms)
