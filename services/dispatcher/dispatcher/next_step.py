"""What is to be done with a job now: decided from its row alone."""

from dataclasses import dataclass
from datetime import timedelta

from dispatcher.attempt_cut import cut_left_ms
from dispatcher.choose_route import in_time, untried_routes
from dispatcher.job_ending import Ending, ending_of
from dispatcher.provider_times import ProviderTimes
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Attempt, AttemptOutcome, Job
from photochanger.domain.slot import Route

#: With less than this before the answer reserve no provider is asked any more: it would be paid for nothing.
MIN_ATTEMPT_MS = 1_000

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
    """Ask the provider of `route`, the snapshot's route number `index`; attempts so far: `after`."""

    index: int
    route: Route
    cut_left_ms: int
    after: int


@dataclass(frozen=True)
class PublishAgain:
    """The attempt's message may be lost, or its worker died: nobody is known to have it."""

    attempt: Attempt


@dataclass(frozen=True)
class Fail:
    ending: Ending


Step = Leave | TimeOut | StartAttempt | PublishAgain | Fail


def next_step(job: Job, times: ProviderTimes) -> Step:
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
    return _first_step(job, times) if latest is None else _step_after(job, latest, times)


def _step_of_unfinished(job: Job, attempt: Attempt) -> Step:
    if attempt.owner is None:
        return TimeOut() if job.left_ms <= job.answer_reserve_ms else PublishAgain(attempt)
    read_at = job.sync_deadline - timedelta(milliseconds=job.left_ms)
    is_abandoned = attempt.lease_until is not None and attempt.lease_until <= read_at
    return PublishAgain(attempt) if is_abandoned else Leave()


def _first_step(job: Job, times: ProviderTimes) -> Step:
    candidates = untried_routes(job)
    if job.slot_snapshot.refuse_without_time:
        candidates = in_time(candidates, times, usable_ms=job.left_ms - job.answer_reserve_ms)
    if not candidates:
        return Fail(Ending(FailureReason.NO_TIME_LEFT, "every provider's usual time exceeds what is left"))
    return _start(job, candidates, times)


def _step_after(job: Job, latest: Attempt, times: ProviderTimes) -> Step:
    candidates = untried_routes(job)
    if candidates and latest.outcome not in _NOT_MENDED_BY_ANOTHER_PROVIDER and _has_time(job):
        return _start(job, candidates, times)
    ending = ending_of(job.attempts)
    return Leave() if ending is None else Fail(ending)


def _start(job: Job, candidates: list[tuple[int, Route]], times: ProviderTimes) -> Step:
    if not _has_time(job):
        return Leave()
    index, route = candidates[0]
    fallback = candidates[1][1] if len(candidates) > 1 else None
    cut = cut_left_ms(
        fallback,
        times,
        left_ms=job.left_ms,
        window_ms=job.window_ms,
        answer_reserve_ms=job.answer_reserve_ms,
    )
    return StartAttempt(index, route, cut, after=len(job.attempts))


def _has_time(job: Job) -> bool:
    return job.left_ms - job.answer_reserve_ms >= MIN_ATTEMPT_MS
