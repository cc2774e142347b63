"""When a failed call is made again."""

import pytest

from photochanger.domain.job import AttemptOutcome
from photochanger.provider_worker.failures import TREATMENTS, FailureKind, ProviderFailure
from photochanger.provider_worker.retry import RetryBudget, pause_before_retry


def longest(low: float, high: float) -> float:
    return high


def shortest(low: float, high: float) -> float:
    return low


def pause_after(
    kind: FailureKind, *, calls_made: int = 1, seconds_left: float = 40, asked_for: float | None = None
) -> float | None:
    failure = ProviderFailure(kind, "", retry_after_seconds=asked_for)
    return pause_before_retry(failure, calls_made=calls_made, seconds_left=seconds_left, uniform=longest)


@pytest.mark.parametrize(
    "kind", [FailureKind.OVERLOADED, FailureKind.TRANSPORT, FailureKind.QUOTA, FailureKind.TIMEOUT]
)
def test_what_passes_by_itself_is_called_three_times(kind: FailureKind) -> None:
    assert pause_after(kind, calls_made=2) is not None
    assert pause_after(kind, calls_made=3) is None


@pytest.mark.parametrize("kind", [FailureKind.NO_IMAGE, FailureKind.GARBAGE, FailureKind.BAD_PICTURE])
def test_no_usable_picture_is_called_five_times(kind: FailureKind) -> None:
    assert pause_after(kind, calls_made=4) is not None
    assert pause_after(kind, calls_made=5) is None


@pytest.mark.parametrize(
    "kind",
    [
        FailureKind.AUTH,
        FailureKind.REGION,
        FailureKind.MODEL_GONE,
        FailureKind.BAD_REQUEST,
        FailureKind.REFUSED,
        FailureKind.QUOTA_GONE,
    ],
)
def test_what_stays_as_it_is_is_called_once(kind: FailureKind) -> None:
    assert pause_after(kind) is None


def test_pauses_without_a_picture_grow_from_half_a_second_to_three() -> None:
    assert [pause_after(FailureKind.NO_IMAGE, calls_made=n) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 3]


def test_jitter_is_full() -> None:
    failure = ProviderFailure(FailureKind.OVERLOADED, "")

    assert pause_before_retry(failure, calls_made=1, seconds_left=40, uniform=shortest) == 0


def test_a_delay_the_provider_asked_for_is_kept_to() -> None:
    failure = ProviderFailure(FailureKind.QUOTA, "", retry_after_seconds=7)

    assert pause_before_retry(failure, calls_made=1, seconds_left=40, uniform=shortest) == 7


def test_a_delay_that_does_not_fit_ends_the_calls() -> None:
    assert pause_after(FailureKind.QUOTA, asked_for=34, seconds_left=30) is None


def test_no_call_is_started_with_less_than_a_second() -> None:
    assert pause_after(FailureKind.NO_IMAGE, seconds_left=1.5) == 0.5
    assert pause_after(FailureKind.NO_IMAGE, seconds_left=1.4) is None


def test_every_kind_has_a_treatment() -> None:
    assert set(TREATMENTS) == set(FailureKind)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (FailureKind.AUTH, AttemptOutcome.UNAVAILABLE),
        (FailureKind.QUOTA, AttemptOutcome.UNAVAILABLE),
        (FailureKind.MODEL_GONE, AttemptOutcome.UNAVAILABLE),
        (FailureKind.BAD_REQUEST, AttemptOutcome.FAILED),
        (FailureKind.OVERLOADED, AttemptOutcome.FAILED),
        (FailureKind.REFUSED, AttemptOutcome.REFUSED),
        (FailureKind.NO_IMAGE, AttemptOutcome.BAD_OUTPUT),
        (FailureKind.BAD_PICTURE, AttemptOutcome.BAD_OUTPUT),
    ],
)
def test_the_last_failure_decides_the_outcome(kind: FailureKind, outcome: AttemptOutcome) -> None:
    assert ProviderFailure(kind, "").treatment.outcome is outcome


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_twenty_retries_a_minute_are_always_there() -> None:
    budget = RetryBudget(Clock())

    assert [budget.take_retry() for _ in range(21)] == [True] * 20 + [False]


def test_many_calls_allow_a_tenth_of_retries() -> None:
    budget = RetryBudget(Clock())
    for _ in range(300):
        budget.note_call()

    assert sum(budget.take_retry() for _ in range(100)) == 30


def test_a_spent_budget_is_back_after_a_minute() -> None:
    clock = Clock()
    budget = RetryBudget(clock)
    while budget.take_retry():
        pass

    clock.now += 60

    assert budget.take_retry()
