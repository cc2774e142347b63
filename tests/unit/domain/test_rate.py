"""A sliding rate never lets more than its limit into any window, and lets nearly all of it in."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from photochanger.domain.rate import Rate

LIMITS = st.integers(1, 400)
WINDOWS = st.sampled_from([1.0, 5.0, 60.0])


def most_in_a_window(times: list[float], window_ms: float) -> int:
    """Turns in the fullest half-open window; one that begins at a turn is as full as any."""
    return max((sum(begin <= time < begin + window_ms for time in times) for begin in times), default=0)


def turns_of(rate: Rate, asked_ms: list[float], *, patience_ms: float) -> list[float]:
    free_at, turns = 0.0, []
    for now in asked_ms:
        turn = rate.take(free_at, now, patience_ms=patience_ms)
        free_at = turn.free_at_ms
        if turn.is_granted:
            turns.append(now + turn.wait_ms)
    return turns


@given(LIMITS, WINDOWS, st.lists(st.floats(0, 3_000), max_size=300), st.sampled_from([0.0, 100.0, 1e9]))
@example(limit=100, window_seconds=5.0, pauses=[0.0] * 150 + [5_000.0] + [0.0] * 150, patience_ms=0.0)
def test_no_window_has_more_than_the_limit(
    limit: int, window_seconds: float, pauses: list[float], patience_ms: float
) -> None:
    rate = Rate(limit, window_seconds)

    turns = turns_of(rate, list(itertools.accumulate(pauses)), patience_ms=patience_ms)

    assert turns == sorted(turns)
    assert most_in_a_window(turns, window_seconds * 1000) <= limit


@given(LIMITS, WINDOWS)
def test_whoever_waits_for_his_turn_uses_98_percent(limit: int, window_seconds: float) -> None:
    rate = Rate(limit, window_seconds)

    turns = turns_of(rate, [0.0] * (2 * limit + 1), patience_ms=1e12)

    assert (turns[-1] - turns[0]) / (len(turns) - 1) <= window_seconds * 1000 / limit / 0.97


def test_whoever_only_asks_now_and_then_uses_95_percent() -> None:
    rate = Rate(100, 5.0)

    turns = turns_of(rate, [37.0 * n for n in range(2_000)], patience_ms=0)

    assert len(turns) >= 0.95 * 100 * 74 / 5


def test_after_a_pause_a_fiftieth_of_the_limit_comes_at_once() -> None:
    turns = turns_of(Rate(100, 5.0), [10_000.0] * 100, patience_ms=0)

    assert turns == [10_000.0] * 3


@pytest.mark.parametrize("patience_ms", [0.0, 500.0, 50_000.0])
def test_a_turn_is_only_given_to_who_can_wait_for_it(patience_ms: float) -> None:
    rate = Rate(10)
    taken = rate.take(0.0, 1_000.0, patience_ms=0)

    turn = rate.take(taken.free_at_ms, 1_000.0, patience_ms=patience_ms)

    assert turn.wait_ms == pytest.approx(rate.interval_ms)
    assert turn.is_granted is (patience_ms > rate.interval_ms)
    assert turn.free_at_ms == pytest.approx(taken.free_at_ms + turn.is_granted * rate.interval_ms)
