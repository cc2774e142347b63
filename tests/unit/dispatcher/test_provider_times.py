"""Quantiles of the newest samples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.provider_times import KEPT_SAMPLES, ProviderTime, ProviderTimes
from photochanger.domain.slot import Operation
from tests.read_rows import GEMINI, TURBOTEXT


def gemini_times(*milliseconds: int) -> ProviderTimes:
    return ProviderTimes(ProviderTime("gemini", Operation.STYLE_TRANSFER, ms) for ms in milliseconds)


def test_without_samples_nothing_is_claimed() -> None:
    times = gemini_times(1_000)

    assert (times.count(TURBOTEXT), times.p50_ms(TURBOTEXT), times.p90_ms(TURBOTEXT)) == (0, None, None)


@pytest.mark.parametrize(
    ("samples", "p50", "p90"),
    [((700,), 700, 700), ((1, 2, 3, 4), 2, 4), (tuple(range(1, 11)), 5, 9), ((9, 1, 5), 5, 9)],
)
def test_quantiles_are_samples_of_the_nearest_rank(samples: tuple[int, ...], p50: int, p90: int) -> None:
    times = gemini_times(*samples)

    assert (times.p50_ms(GEMINI), times.p90_ms(GEMINI)) == (p50, p90)


def test_only_the_newest_samples_count() -> None:
    times = gemini_times(*[100] * KEPT_SAMPLES, *[90_000] * 500)

    assert (times.count(GEMINI), times.p90_ms(GEMINI)) == (KEPT_SAMPLES, 100)


def test_operations_of_one_provider_are_kept_apart() -> None:
    times = gemini_times(1_000)

    other = GEMINI.model_copy(update={"operation": Operation.IMAGE_EDIT})

    assert times.p50_ms(other) is None


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=KEPT_SAMPLES))
def test_nine_of_ten_samples_are_within_the_p90(samples: list[int]) -> None:
    times = gemini_times(*samples)

    p50, p90 = times.p50_ms(GEMINI), times.p90_ms(GEMINI)

    assert p50 is not None
    assert p90 is not None
    assert p50 <= p90
    assert sum(sample <= p90 for sample in samples) * 10 >= len(samples) * 9
