"""Percentiles of counts are close to those of the values themselves."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.log_histogram import GROWTH_LOG, percentile_ms


def counted(values: list[int]) -> Counter[int]:
    return Counter(math.floor(math.log(max(value, 1)) / GROWTH_LOG) for value in values)


@given(st.lists(st.integers(min_value=60, max_value=70_000), min_size=1, max_size=200), st.sampled_from([50, 95, 99]))
def test_a_percentile_is_two_percent_off_at_most(values: list[int], percent: int) -> None:
    exact = sorted(values)[math.ceil(len(values) * percent / 100) - 1]

    # and what whole milliseconds cost
    assert percentile_ms(counted(values), percent) == pytest.approx(exact, rel=0, abs=0.02 * exact + 1)


def test_without_values_there_is_no_percentile() -> None:
    assert percentile_ms(Counter(), 50) is None


def test_what_took_no_time_is_told_as_a_millisecond() -> None:
    assert percentile_ms(counted([0, 0, 0]), 95) == 1
