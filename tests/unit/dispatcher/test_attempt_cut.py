"""When an attempt is cut so that the fallback still has its chance."""

from hypothesis import given
from hypothesis import strategies as st

from dispatcher.attempt_cut import MIN_SAMPLES, cut_left_ms
from dispatcher.provider_times import ProviderTime, ProviderTimes
from photochanger.domain.slot import Operation
from tests.read_rows import TURBOTEXT


def turbotext_times(milliseconds: int, count: int = MIN_SAMPLES) -> ProviderTimes:
    return ProviderTimes([ProviderTime("turbotext", Operation.STYLE_TRANSFER, milliseconds)] * count)


def test_without_a_fallback_only_the_answer_reserve_is_kept() -> None:
    cut = cut_left_ms(None, turbotext_times(5_000), left_ms=47_000, window_ms=48_000, answer_reserve_ms=500)

    assert cut == 500


def test_a_fallback_is_left_its_p90_and_two_seconds() -> None:
    cut = cut_left_ms(TURBOTEXT, turbotext_times(9_000), left_ms=47_000, window_ms=48_000, answer_reserve_ms=500)

    assert cut == 11_000


def test_a_fallback_without_samples_is_left_45_percent_of_the_window() -> None:
    cut = cut_left_ms(TURBOTEXT, ProviderTimes(), left_ms=47_000, window_ms=48_000, answer_reserve_ms=500)

    assert cut == 21_600


def test_few_samples_are_no_samples() -> None:
    few = turbotext_times(9_000, MIN_SAMPLES - 1)

    cut = cut_left_ms(TURBOTEXT, few, left_ms=47_000, window_ms=48_000, answer_reserve_ms=500)

    assert cut == 21_600


def test_a_slow_fallback_does_not_starve_the_provider_at_work() -> None:
    cut = cut_left_ms(TURBOTEXT, turbotext_times(40_000), left_ms=40_000, window_ms=48_000, answer_reserve_ms=500)

    assert cut == 24_000


@given(left_ms=st.integers(1_500, 60_000), p90=st.integers(0, 120_000), samples=st.integers(0, 60))
def test_the_provider_at_work_always_keeps_time_and_the_cut_is_never_after_the_reserve(
    left_ms: int, p90: int, samples: int
) -> None:
    times = turbotext_times(p90, samples)

    cut = cut_left_ms(TURBOTEXT, times, left_ms=left_ms, window_ms=60_000, answer_reserve_ms=500)

    assert 500 <= cut <= max(500, left_ms * 0.6)
