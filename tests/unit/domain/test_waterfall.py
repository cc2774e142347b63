"""Where a photo's time went adds up to what it took."""

from datetime import timedelta

from photochanger.domain.job import Attempt, AttemptOutcome, Job, JobStatus
from photochanger.domain.provider_call import ProviderCall
from photochanger.domain.waterfall import StepKind, waterfall_of
from tests.read_rows import DEADLINE, TURBOTEXT, a_job, an_attempt

FIRST_BYTE = DEADLINE - timedelta(seconds=48)


def at(milliseconds: int) -> timedelta:
    return FIRST_BYTE + timedelta(milliseconds=milliseconds) - DEADLINE


def an_attempt_at(
    attempt: Attempt, *, dispatched: int, started: int | None, ended: int | None, **more: object
) -> Attempt:
    times = {
        "dispatched_at": DEADLINE + at(dispatched),
        "started": None if started is None else DEADLINE + at(started),
        "ended": None if ended is None else DEADLINE + at(ended),
    }
    return attempt.model_copy(update=times | more)


def a_job_that(*attempts: Attempt, status: JobStatus, came: int = 800, ended: int | None) -> Job:
    finalized_at = None if ended is None else DEADLINE + at(ended)
    job = a_job(attempts=attempts, status=status)
    return job.model_copy(update={"created_at": DEADLINE + at(came), "finalized_at": finalized_at})


def told(job: Job) -> list[tuple[StepKind, int, int | None, int | None]]:
    return [(step.kind, step.starts_ms, step.ends_ms, step.attempt) for step in waterfall_of(job)]


def test_a_picture_that_came_back() -> None:
    call = ProviderCall(n=1, at=DEADLINE + at(1_000))
    attempt = an_attempt_at(
        an_attempt(outcome=AttemptOutcome.DELIVERED),
        dispatched=850, started=950, ended=4_600, calls=1, ledger=(call,), provider_ms=3_500,
    )  # fmt: skip

    assert told(a_job_that(attempt, status=JobStatus.DONE, ended=4_600)) == [
        (StepKind.UPLOAD, 0, 800, None),
        (StepKind.DISPATCH, 800, 850, None),
        (StepKind.QUEUE, 850, 1_000, 1),
        (StepKind.PROVIDER, 1_000, 4_500, 1),
        (StepKind.STORE, 4_500, 4_600, 1),
        (StepKind.ANSWER, 4_600, None, None),
    ]


def test_a_fallback_that_was_cut_at_the_windows_end() -> None:
    failed = an_attempt_at(an_attempt(outcome=AttemptOutcome.FAILED), dispatched=900, started=1_000, ended=9_000)
    cut = an_attempt_at(an_attempt(TURBOTEXT, AttemptOutcome.CUT, n=2), dispatched=9_100, started=9_200, ended=47_400)

    steps = told(a_job_that(failed, cut, status=JobStatus.TIMEOUT, ended=47_600))

    assert steps[3:] == [
        (StepKind.PROVIDER, 1_000, 9_000, 1),
        (StepKind.DISPATCH, 9_000, 9_100, None),
        (StepKind.QUEUE, 9_100, 9_200, 2),
        (StepKind.PROVIDER, 9_200, 47_400, 2),
        (StepKind.WAIT, 47_400, 47_600, None),
        (StepKind.ANSWER, 47_600, None, None),
    ]


def test_a_photo_under_way_has_an_open_end() -> None:
    waiting = an_attempt_at(an_attempt(owner=None), dispatched=900, started=None, ended=None)
    asked = an_attempt_at(an_attempt(), dispatched=900, started=1_000, ended=None)

    assert told(a_job_that(status=JobStatus.PENDING, ended=None))[-1] == (StepKind.WAIT, 800, None, None)
    assert told(a_job_that(waiting, status=JobStatus.PROCESSING, ended=None))[-1] == (StepKind.QUEUE, 900, None, 1)
    assert told(a_job_that(asked, status=JobStatus.PROCESSING, ended=None))[-1] == (StepKind.PROVIDER, 1_000, None, 1)


def test_an_attempt_whose_worker_died_ends_with_the_job() -> None:
    lost = an_attempt_at(an_attempt(), dispatched=900, started=1_000, ended=None)

    steps = told(a_job_that(lost, status=JobStatus.TIMEOUT, ended=47_500))

    assert steps[-2:] == [(StepKind.PROVIDER, 1_000, 47_500, 1), (StepKind.ANSWER, 47_500, None, None)]
