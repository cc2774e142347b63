"""What is remembered of calls, and how it is forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.latency import MIN_SAMPLES
from photochanger.domain.latency_sketch import (
    EPOCH_SECONDS,
    HALF_LIFE_CALLS,
    KEPT_EPOCHS,
    RECENT_EPOCHS,
    Measure,
    Place,
    Sketch,
    epoch_at,
    latency_of,
    merged,
)
from tests.latencies import NOW, latency, sketch

PLACES = st.builds(Place, st.integers(NOW - 2 * KEPT_EPOCHS, NOW + 2), st.sampled_from(Measure), st.integers(100, 300))
SKETCHES = st.dictionaries(PLACES, st.integers(1, 50), max_size=20)


@given(SKETCHES, SKETCHES, SKETCHES)
def test_sketches_merge_in_any_order(one: Sketch, two: Sketch, three: Sketch) -> None:
    assert merged(one, merged(two, three)) == merged(merged(three, one), two)


@given(SKETCHES, SKETCHES)
def test_counts_of_two_processes_add_up(one: Sketch, two: Sketch) -> None:
    counts = [latency_of(each, now_epoch=NOW).samples for each in (one, two, merged(one, two))]

    assert counts[0] + counts[1] == counts[2]


@given(SKETCHES)
def test_what_is_older_than_it_is_kept_changes_nothing(seen: Sketch) -> None:
    kept = {place: count for place, count in seen.items() if place.epoch > NOW - KEPT_EPOCHS}

    assert latency_of(seen, now_epoch=NOW) == latency_of(kept, now_epoch=NOW)


@given(SKETCHES)
def test_the_usual_time_is_never_above_that_of_nine_in_ten(seen: Sketch) -> None:
    known = latency_of(seen, now_epoch=NOW)

    if known.p50_ms is not None and known.p90_ms is not None:
        assert known.p50_ms <= known.p90_ms


def test_every_process_counts_in_the_same_epoch_by_the_databases_clock() -> None:
    assert epoch_at(20 * EPOCH_SECONDS) == epoch_at(21 * EPOCH_SECONDS - 0.001) == 20


def test_only_calls_are_samples_and_only_new_ones_are_recent() -> None:
    old = NOW - RECENT_EPOCHS
    seen = merged(
        sketch([1_000] * 3),
        sketch([9_000] * 2, Measure.CUT, epoch=old + 1),
        sketch([1_000] * 4, epoch=old),
        sketch([100] * 50, Measure.WAIT),
        sketch([100] * 50, Measure.FINISH),
    )

    known = latency_of(seen, now_epoch=NOW)

    assert (known.samples, known.recent) == (9, 5)


def test_a_quiet_hour_is_forgotten_by_halves() -> None:
    before, after = sketch([2_000] * 10, epoch=NOW - 30), sketch([20_000] * 6)

    assert latency_of(merged(before, after), now_epoch=NOW).p50_ms == pytest.approx(20_000, rel=0.02)


def test_on_a_busy_evening_newer_calls_outweigh_those_of_the_last_minute() -> None:
    before, after = sketch([2_000] * 100, epoch=NOW - 1), sketch([20_000] * HALF_LIFE_CALLS)

    assert latency_of(merged(before, after), now_epoch=NOW).p50_ms == pytest.approx(20_000, rel=0.02)


def test_one_booths_photo_a_minute_is_enough_for_a_p90() -> None:
    minute = 60 // EPOCH_SECONDS
    seen = merged(*(sketch([4_000], epoch=NOW - minute * ago) for ago in range(MIN_SAMPLES)))

    assert latency_of(seen, now_epoch=NOW).p90_ms == pytest.approx(4_000, rel=0.02)


def test_few_samples_have_no_p90() -> None:
    assert latency(*[4_000] * (MIN_SAMPLES - 1)).p90_ms is None


def test_our_own_part_is_the_usual_wait_and_the_slow_finish() -> None:
    own = merged(sketch([100, 200, 9_000], Measure.WAIT), sketch([50] * 9 + [800, 900], Measure.FINISH))

    known = latency_of(own, now_epoch=NOW)

    assert known.wait_ms == pytest.approx(200, rel=0.02)
    assert known.finish_ms == pytest.approx(800, rel=0.02)


def test_counts_of_a_clock_that_was_set_back_are_as_of_now() -> None:
    ahead, now = sketch([2_000] * 6, epoch=NOW + 30), sketch([20_000] * 8)

    known = latency_of(merged(ahead, now), now_epoch=NOW)

    assert known.recent == 14
    assert known.p50_ms == pytest.approx(20_000, rel=0.02)
