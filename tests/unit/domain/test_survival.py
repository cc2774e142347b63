"""How long calls take, seen through cuts."""

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.survival import BEYOND_WATCHED, NOTHING_WATCHED, Survival

TIMES = st.lists(st.integers(60, 60_000), max_size=100)


def survival(ended: list[int], cut: list[int] | None = None) -> Survival:
    return Survival.of(Counter(map(bucket_of, ended)), Counter(map(bucket_of, cut or [])))


@given(TIMES.filter(bool), st.sampled_from([50, 90]))
def test_without_cuts_a_percentile_is_that_of_the_samples(times: list[int], percent: int) -> None:
    exact = sorted(times)[math.ceil(len(times) * percent / 100) - 1]

    assert survival(times).percentile_ms(percent) == pytest.approx(exact, rel=0, abs=0.02 * exact + 1)


def test_without_calls_nothing_is_claimed() -> None:
    assert survival([]) == NOTHING_WATCHED
    assert (NOTHING_WATCHED.percentile_ms(50), NOTHING_WATCHED.share_within(60_000)) == (None, 0.0)


def test_calls_that_were_cut_move_the_percentiles_up() -> None:
    fast, cut = [5_000] * 10, [20_000] * 10

    assert survival(fast).percentile_ms(90) == pytest.approx(5_000, rel=0.02)
    assert survival(fast, cut).share_within(20_000) == pytest.approx(0.5)
    assert survival(fast, cut).percentile_ms(90) == pytest.approx(20_000 * BEYOND_WATCHED, rel=0.02)


def test_a_provider_that_only_hangs_takes_longer_than_anybody_has_waited() -> None:
    hung = survival([], [30_000] * 20)

    median = hung.percentile_ms(50)

    assert median is not None
    assert median > 30_000 * 1.2
    assert hung.share_within(30_000) == 0


@pytest.mark.parametrize("cut_after", [8_000, 12_000, 20_000])
def test_the_estimate_finds_the_median_whatever_part_of_the_calls_was_cut(cut_after: int) -> None:
    """Half of the calls are watched in full, the others only until the cut; the true median is 10 s."""
    rng = random.Random(7)
    times = [round(10_000 * math.exp(rng.gauss(0, 0.4))) for _ in range(4_000)]
    watched, limited = times[::2], times[1::2]
    ended = watched + [time for time in limited if time <= cut_after]
    cut = [cut_after for time in limited if time > cut_after]

    assert survival(ended, cut).percentile_ms(50) == pytest.approx(10_000, rel=0.05)


@given(TIMES, TIMES)
def test_shares_grow_with_time_and_stay_between_none_and_all(ended: list[int], cut: list[int]) -> None:
    estimate = survival(ended, cut)

    shares = [estimate.share_within(ms) for ms in range(0, 70_000, 500)]

    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1 + 1e-9


@given(TIMES.filter(bool), st.lists(st.integers(60, 60_000), min_size=1, max_size=100))
def test_a_cut_call_never_makes_a_provider_look_faster(ended: list[int], cut: list[int]) -> None:
    for percent in (50, 90):
        with_cuts, without = survival(ended, cut).percentile_ms(percent), survival(ended).percentile_ms(percent)
        assert with_cuts is not None
        assert without is not None
        assert with_cuts >= without
