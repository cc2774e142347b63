"""The dispatcher's decision table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.next_step import Fail, Leave, PublishAgain, StartAttempt, TimeOut, next_step
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import TERMINAL, Attempt, AttemptOutcome, JobStatus
from photochanger.domain.latency import LatencyBook
from photochanger.domain.slot import Operation, Route
from tests.latencies import NOTHING_KNOWN, book, latency
from tests.read_rows import GEMINI, TURBOTEXT, a_job, an_attempt

O = AttemptOutcome  # noqa: E741 - a table of outcomes reads better with a short name


def slow(route: Route, milliseconds: int = 31_000, count: int = 20) -> LatencyBook:
    return book((route, latency(*[milliseconds] * count)))


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_an_ended_job_is_left_alone(status: JobStatus) -> None:
    assert next_step(a_job(status=status, left_ms=-5), NOTHING_KNOWN) == Leave()


@pytest.mark.parametrize("attempts", [[], [an_attempt()], [an_attempt(owner=None)], [an_attempt(outcome=O.FAILED)]])
def test_a_job_past_its_deadline_times_out(attempts: list[Attempt]) -> None:
    assert next_step(a_job(attempts=attempts, left_ms=0), NOTHING_KNOWN) == TimeOut()


@pytest.mark.parametrize("attempts", [[], [an_attempt(owner=None)], [an_attempt(outcome=O.CUT)]])
def test_within_the_answer_reserve_a_job_that_nobody_works_on_times_out(attempts: list[Attempt]) -> None:
    assert next_step(a_job(attempts=attempts, left_ms=500), NOTHING_KNOWN) == TimeOut()


def test_within_the_answer_reserve_a_worker_may_still_finish() -> None:
    running = an_attempt(left_ms=400)

    assert next_step(a_job(attempts=[running], left_ms=400), NOTHING_KNOWN) == Leave()


def test_a_pending_job_starts_at_its_first_route_cut_for_the_fallback() -> None:
    step = next_step(a_job(), NOTHING_KNOWN)

    assert step == StartAttempt(index=0, route=GEMINI, cut_left_ms=21_600, after=0)


def test_the_only_provider_is_given_all_but_the_reserve() -> None:
    step = next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN)

    assert step == StartAttempt(index=0, route=GEMINI, cut_left_ms=500, after=0)


def test_a_fallback_may_name_the_same_provider_with_another_operation() -> None:
    other_operation = GEMINI.model_copy(update={"operation": Operation.IMAGE_EDIT})

    step = next_step(a_job(routes=[GEMINI, other_operation], attempts=[an_attempt(outcome=O.FAILED)]), NOTHING_KNOWN)

    assert step == StartAttempt(index=1, route=other_operation, cut_left_ms=500, after=1)


def test_a_route_that_was_taken_over_counts_as_one() -> None:
    attempts = [an_attempt(outcome=O.LOST), an_attempt(n=2, index=0, outcome=O.FAILED)]

    step = next_step(a_job(routes=[GEMINI, TURBOTEXT], attempts=attempts), NOTHING_KNOWN)

    assert step == StartAttempt(index=1, route=TURBOTEXT, cut_left_ms=500, after=2)


def test_too_short_a_rest_asks_no_provider_and_waits_for_the_window() -> None:
    assert next_step(a_job(left_ms=1_499), NOTHING_KNOWN) == Leave()


@pytest.mark.parametrize(
    "outcome", [O.FAILED, O.REFUSED, O.UNAVAILABLE, O.BAD_OUTPUT, O.CUT, O.NOT_STARTED, O.LOST, O.INTERNAL], ids=str
)
def test_the_fallback_is_asked_while_time_remains(outcome: AttemptOutcome) -> None:
    step = next_step(a_job(attempts=[an_attempt(outcome=outcome)], left_ms=15_000), NOTHING_KNOWN)

    assert step == StartAttempt(index=1, route=TURBOTEXT, cut_left_ms=500, after=1)


@pytest.mark.parametrize("routes", [[GEMINI], [GEMINI, TURBOTEXT]], ids=["alone", "with a fallback"])
def test_a_store_that_failed_is_not_mended_by_paying_another_provider(routes: list[Route]) -> None:
    step = next_step(a_job(routes=routes, attempts=[an_attempt(outcome=O.STORAGE)]), NOTHING_KNOWN)

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.STORAGE_UNAVAILABLE


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ([O.FAILED], FailureReason.PROVIDER_ERROR),
        ([O.REFUSED], FailureReason.PROVIDER_REFUSED),
        ([O.UNAVAILABLE], FailureReason.PROVIDER_UNAVAILABLE),
        ([O.BAD_OUTPUT], FailureReason.BAD_OUTPUT),
        ([O.INTERNAL], FailureReason.INTERNAL),
        ([O.REFUSED, O.FAILED], FailureReason.PROVIDER_ERROR),
        ([O.FAILED, O.REFUSED], FailureReason.PROVIDER_REFUSED),
        ([O.REFUSED, O.UNAVAILABLE], FailureReason.PROVIDER_REFUSED),
        ([O.UNAVAILABLE, O.FAILED], FailureReason.PROVIDER_ERROR),
        ([O.UNAVAILABLE, O.UNAVAILABLE], FailureReason.PROVIDER_UNAVAILABLE),
        ([O.CUT, O.FAILED], FailureReason.PROVIDER_ERROR),
        ([O.FAILED, O.NOT_STARTED], FailureReason.PROVIDER_ERROR),
    ],
    ids=str,
)
def test_with_no_provider_left_the_decisive_attempt_gives_the_reason(
    outcomes: list[AttemptOutcome], reason: FailureReason
) -> None:
    routes = [GEMINI, TURBOTEXT][: len(outcomes)]
    attempts = [an_attempt(*pair, n=n) for n, pair in enumerate(zip(routes, outcomes, strict=True), start=1)]

    step = next_step(a_job(routes=routes, attempts=attempts), NOTHING_KNOWN)

    assert isinstance(step, Fail)
    assert step.ending.reason is reason


@pytest.mark.parametrize(
    "outcomes", [[O.CUT], [O.LOST], [O.NOT_STARTED], [O.CUT, O.UNAVAILABLE], [O.REFUSED, O.CUT]], ids=str
)
def test_a_provider_that_was_merely_slow_is_no_early_error(outcomes: list[AttemptOutcome]) -> None:
    routes = [GEMINI, TURBOTEXT][: len(outcomes)]
    attempts = [an_attempt(*pair, n=n) for n, pair in enumerate(zip(routes, outcomes, strict=True), start=1)]

    assert next_step(a_job(routes=routes, attempts=attempts), NOTHING_KNOWN) == Leave()


def test_unavailable_providers_tell_the_shortest_wait_they_named() -> None:
    attempts = [
        an_attempt(GEMINI, O.UNAVAILABLE, retry_after_seconds=90),
        an_attempt(TURBOTEXT, O.UNAVAILABLE, n=2, retry_after_seconds=20),
    ]

    step = next_step(a_job(attempts=attempts), NOTHING_KNOWN)

    assert isinstance(step, Fail)
    assert step.ending.retry_after_seconds == 20


def test_an_attempt_that_nobody_took_is_published_again() -> None:
    waiting = an_attempt(owner=None)

    assert next_step(a_job(attempts=[waiting]), NOTHING_KNOWN) == PublishAgain(waiting)


def test_an_attempt_under_a_lease_is_its_workers() -> None:
    assert next_step(a_job(attempts=[an_attempt(lease_left_ms=1)]), NOTHING_KNOWN) == Leave()


def test_an_attempt_whose_lease_lapsed_by_the_databases_clock_is_published_again() -> None:
    left = an_attempt(lease_left_ms=0)

    assert next_step(a_job(attempts=[left]), NOTHING_KNOWN) == PublishAgain(left)


def test_a_slot_that_refuses_without_time_says_so_at_once() -> None:
    job = a_job(routes=[GEMINI], left_ms=30_000, refuse_without_time=True)

    step = next_step(job, slow(GEMINI))

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.NO_TIME_LEFT


def test_a_slot_that_refuses_without_time_goes_straight_to_a_fallback_that_fits() -> None:
    job = a_job(left_ms=20_000, refuse_without_time=True)

    step = next_step(job, slow(GEMINI))

    assert step == StartAttempt(index=1, route=TURBOTEXT, cut_left_ms=500, after=0)


@pytest.mark.parametrize(
    ("refuses", "known"),
    [(False, slow(GEMINI)), (True, slow(GEMINI, count=19)), (True, slow(GEMINI, 29_000)), (True, NOTHING_KNOWN)],
    ids=["flag off", "too few samples", "just fits", "no samples"],
)
def test_a_photo_is_tried_unless_its_end_is_predicted(refuses: bool, known: LatencyBook) -> None:
    job = a_job(routes=[GEMINI], left_ms=30_000, refuse_without_time=refuses)

    assert isinstance(next_step(job, known), StartAttempt)


def test_without_the_flag_a_photo_that_hardly_fits_is_tried_where_its_chance_is_best() -> None:
    mostly_slow = latency(*[60_000] * 15, *[5_000] * 10)
    known = book((GEMINI, latency(*[60_000] * 25)), (TURBOTEXT, mostly_slow))

    step = next_step(a_job(left_ms=30_000), known)

    assert isinstance(step, StartAttempt)
    assert (step.route, step.cut_left_ms) == (TURBOTEXT, 500)
    assert step.chance == pytest.approx(0.4)


def test_a_fallback_that_cannot_end_in_time_is_not_started() -> None:
    step = next_step(a_job(attempts=[an_attempt(outcome=O.FAILED)], left_ms=20_000), slow(TURBOTEXT))

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.PROVIDER_ERROR


def test_a_provider_that_was_skipped_for_its_slowness_is_asked_when_the_fallback_failed_early() -> None:
    skipped = next_step(
        a_job(left_ms=47_000), book((GEMINI, latency(*[40_000] * 25)), (TURBOTEXT, latency(*[9_000] * 25)))
    )
    assert isinstance(skipped, StartAttempt)
    assert skipped.route == TURBOTEXT

    step = next_step(
        a_job(attempts=[an_attempt(TURBOTEXT, O.FAILED, index=1)], left_ms=45_000), slow(GEMINI, 40_000, 25)
    )

    assert isinstance(step, StartAttempt)
    assert step.route == GEMINI


ENDED = st.sampled_from([outcome for outcome in AttemptOutcome if outcome is not O.DELIVERED])


@given(outcomes=st.lists(ENDED, max_size=2), left_ms=st.integers(-5_000, 48_000))
def test_whatever_happened_before_no_route_is_taken_twice_or_without_time(
    outcomes: list[AttemptOutcome], left_ms: int
) -> None:
    attempts = [an_attempt(*pair, n=n) for n, pair in enumerate(zip([GEMINI, TURBOTEXT], outcomes, strict=False), 1)]

    step = next_step(a_job(attempts=attempts, left_ms=left_ms), NOTHING_KNOWN)

    if isinstance(step, StartAttempt):
        assert step.index not in {attempt.route for attempt in attempts}
        assert step.after == len(attempts)
        assert 500 <= step.cut_left_ms <= left_ms - 500
    if isinstance(step, TimeOut):
        assert left_ms <= 500
