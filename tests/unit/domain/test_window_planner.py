"""What is started in a window, and when it is cut."""

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from photochanger.domain.latency import UNKNOWN, Latency
from photochanger.domain.latency_sketch import RECENT_EPOCHS, latency_of
from photochanger.domain.window_planner import (
    FALLBACK_MARGIN_MS,
    MAX_SHARE_OF_LEFT,
    MIN_CALL_MS,
    PREDICT_SAMPLES,
    Plan,
    TimeLeft,
    first_attempt,
    has_waited_too_long,
    next_attempt,
    retry_needs_ms,
)
from tests.latencies import NOW, latency, sketch

RESERVE_MS = 500


def time_left(left_ms: int = 47_000, window_ms: int = 48_000) -> TimeLeft:
    return TimeLeft(left_ms, window_ms, RESERVE_MS)


def usually(milliseconds: int, count: int = PREDICT_SAMPLES) -> Latency:
    return latency(*[milliseconds] * count)


KNOWN = st.builds(
    lambda calls, cuts, wait, finish: latency(*calls, cut_ms=cuts, wait_ms=wait, finish_ms=finish),
    st.lists(st.integers(500, 70_000), max_size=30),
    st.lists(st.integers(500, 50_000), max_size=10),
    st.integers(0, 30_000),
    st.integers(0, 2_000),
)
CANDIDATES = st.lists(KNOWN, max_size=3)
TIMES = st.builds(
    lambda window, share: TimeLeft(int(window * share), window, RESERVE_MS),
    st.integers(3_000, 60_000),
    st.floats(0, 1),
)


def test_without_a_fallback_only_the_answer_reserve_is_kept() -> None:
    assert next_attempt([usually(5_000)], time_left()) == Plan(0, RESERVE_MS, 1.0)


def test_a_fallback_is_left_its_p90_and_two_seconds() -> None:
    fallback = latency(*[4_000] * 80, *[9_000] * 20)

    plan = next_attempt([usually(5_000), fallback], time_left())

    assert plan is not None
    assert fallback.p90_ms is not None
    assert plan.cut_left_ms == fallback.p90_ms + FALLBACK_MARGIN_MS == pytest.approx(11_000, rel=0.02)


@pytest.mark.parametrize("fallback", [UNKNOWN, usually(9_000, 4)], ids=["unknown", "few samples"])
def test_a_fallback_without_samples_is_left_45_percent_of_the_window(fallback: Latency) -> None:
    plan = next_attempt([UNKNOWN, fallback], time_left())

    assert plan == Plan(0, 21_600, None)


def test_a_slow_fallback_does_not_starve_the_provider_at_work() -> None:
    fallback = latency(*[5_000] * 17, *[45_000] * 3)

    plan = next_attempt([UNKNOWN, fallback], time_left(40_000))

    assert plan is not None
    assert plan.cut_left_ms == 24_000


def test_for_a_fallback_that_cannot_end_no_time_is_kept() -> None:
    plan = next_attempt([usually(5_000), usually(45_000)], time_left())

    assert plan is not None
    assert plan.cut_left_ms == RESERVE_MS


def test_an_unknown_fallback_does_not_take_the_time_that_the_provider_usually_needs() -> None:
    plan = next_attempt([usually(35_000), UNKNOWN], time_left())

    assert plan == Plan(0, RESERVE_MS, 1.0)


def test_a_provider_that_cannot_end_before_its_cut_gives_way_to_a_fallback_that_can() -> None:
    plan = next_attempt([usually(40_000), usually(8_000)], time_left())

    assert plan is not None
    assert (plan.position, plan.cut_left_ms) == (1, RESERVE_MS)


def test_what_waits_in_the_queue_counts_as_time_that_is_gone() -> None:
    quick, queued = latency(*[20_000] * 20), latency(*[20_000] * 20, wait_ms=15_000)

    assert next_attempt([quick], time_left(30_000)) is not None
    assert next_attempt([queued], time_left(30_000)) is None


def test_our_own_part_after_the_call_counts_when_it_exceeds_the_reserve() -> None:
    slow_store = latency(*[20_000] * 20, finish_ms=4_000)

    assert next_attempt([slow_store], time_left(22_000)) is None
    assert next_attempt([latency(*[20_000] * 20)], time_left(22_000)) is not None


def test_a_first_attempt_is_refused_on_recent_samples_only_where_the_slot_says_so() -> None:
    slow = usually(60_000)

    assert first_attempt([slow], time_left(), may_refuse=True) is None
    assert first_attempt([slow], time_left(), may_refuse=False) == Plan(0, RESERVE_MS, 0.0)
    assert first_attempt([usually(60_000, 19)], time_left(), may_refuse=True) is not None


def test_old_samples_keep_no_first_attempt_from_noticing_that_a_provider_recovered() -> None:
    slow_before = latency_of(sketch([60_000] * 30, epoch=NOW - RECENT_EPOCHS), now_epoch=NOW)

    assert first_attempt([slow_before], time_left(), may_refuse=True) is not None
    assert next_attempt([slow_before], time_left()) is None


def test_a_rest_too_short_for_two_is_given_to_one() -> None:
    assert next_attempt([UNKNOWN, UNKNOWN], time_left(2_000)) == Plan(0, RESERVE_MS, None)


@given(CANDIDATES, TIMES)
def test_nothing_starts_that_cannot_end(candidates: list[Latency], time: TimeLeft) -> None:
    plan = next_attempt(candidates, time)

    if plan is not None:
        chosen = candidates[plan.position]
        share_ms = time.left_ms - max(plan.cut_left_ms, RESERVE_MS)
        assert share_ms >= MIN_CALL_MS
        if chosen.samples >= PREDICT_SAMPLES:
            assert chosen.p50_ms is not None
            assert chosen.p50_ms + chosen.wait_ms <= share_ms


@given(CANDIDATES.filter(bool), TIMES)
def test_what_can_end_is_started(candidates: list[Latency], time: TimeLeft) -> None:
    assume(time.for_calls_ms >= MIN_CALL_MS)

    could = any(
        known.samples < PREDICT_SAMPLES
        or (known.p50_ms or 0) + known.wait_ms + max(RESERVE_MS, known.finish_ms) <= time.left_ms
        for known in candidates
    )

    assert (next_attempt(candidates, time) is not None) == could


@given(CANDIDATES, TIMES)
def test_a_chain_of_attempts_fits_into_what_is_left(candidates: list[Latency], time: TimeLeft) -> None:
    """Every attempt runs until its cut; together they end before the answer reserve."""
    spent, rest, left_ms = 0, list(candidates), time.left_ms

    while (plan := next_attempt(rest, TimeLeft(left_ms, time.window_ms, RESERVE_MS))) is not None:
        spent += left_ms - plan.cut_left_ms
        left_ms = plan.cut_left_ms
        del rest[plan.position]

    assert spent <= max(0, time.left_ms - RESERVE_MS)


@given(st.lists(st.integers(500, 60_000), min_size=5, max_size=30), st.integers(0, 60_000), st.integers(0, 5_000))
def test_with_more_time_left_no_less_is_kept_for_the_fallback(calls: list[int], left_ms: int, more_ms: int) -> None:
    cuts = [_cut([UNKNOWN, latency(*calls[:19])], left) for left in (left_ms, left_ms + more_ms)]

    assert cuts[0] <= cuts[1]


@given(st.lists(st.integers(500, 60_000), min_size=5, max_size=19), st.floats(1, 3), st.integers(MIN_CALL_MS, 60_000))
def test_a_slower_fallback_is_never_left_less(calls: list[int], factor: float, left_ms: int) -> None:
    slower = [call * factor for call in calls]

    assert _cut([UNKNOWN, latency(*calls)], left_ms) <= _cut([UNKNOWN, latency(*slower)], left_ms)


@given(CANDIDATES, TIMES)
def test_the_cut_is_between_the_reserve_and_the_largest_share(candidates: list[Latency], time: TimeLeft) -> None:
    plan = next_attempt(candidates, time)

    if plan is not None:
        assert RESERVE_MS <= plan.cut_left_ms <= max(RESERVE_MS, time.left_ms * MAX_SHARE_OF_LEFT)


@given(CANDIDATES, TIMES)
def test_a_photo_nobody_tried_is_tried_unless_its_slot_refuses(candidates: list[Latency], time: TimeLeft) -> None:
    plan = first_attempt(candidates, time, may_refuse=False)

    assert (plan is not None) == bool(candidates and time.for_calls_ms >= MIN_CALL_MS)


@given(CANDIDATES, TIMES)
def test_a_chance_is_a_share(candidates: list[Latency], time: TimeLeft) -> None:
    plan = next_attempt(candidates, time)

    assert plan is None or plan.chance is None or 0 <= plan.chance <= 1 + 1e-9


@given(st.lists(st.integers(500, 60_000), min_size=PREDICT_SAMPLES, max_size=40))
def test_a_call_is_made_again_only_with_its_usual_time_left(calls: list[int]) -> None:
    known = latency(*calls)

    assert known.p50_ms is not None
    assert retry_needs_ms(known, cut_left_ms=RESERVE_MS) >= max(MIN_CALL_MS, known.p50_ms)
    assert retry_needs_ms(latency(*calls[:19]), cut_left_ms=RESERVE_MS) == MIN_CALL_MS


def test_the_time_that_our_own_part_needs_beyond_the_cut_is_needed_before_it() -> None:
    known = latency(*[10_000] * 20, finish_ms=2_000)

    assert known.p50_ms is not None
    assert retry_needs_ms(known, cut_left_ms=500) == known.p50_ms + known.finish_ms - 500
    assert retry_needs_ms(known, cut_left_ms=12_000) == known.p50_ms


@pytest.mark.parametrize(
    ("given_ms", "left_ms", "known", "waited_too_long"),
    [
        (46_000, 45_000, usually(20_000), False),
        (46_000, 15_000, usually(20_000), True),
        (46_000, 15_000, usually(20_000, 19), False),
        (46_000, 15_000, usually(60_000), False),
        (46_000, 999, UNKNOWN, True),
        (46_000, 1_000, UNKNOWN, False),
    ],
    ids=["in time", "waited", "few samples", "never fitted, tried all the same", "nothing left", "unknown"],
)
def test_an_attempt_that_waited_too_long_is_not_started(
    given_ms: int, left_ms: int, known: Latency, waited_too_long: bool
) -> None:
    assert has_waited_too_long(known, given_ms=given_ms, left_ms=left_ms) is waited_too_long


def _cut(candidates: Sequence[Latency], left_ms: int) -> int:
    plan = first_attempt(candidates, time_left(left_ms, 60_000), may_refuse=False)
    return RESERVE_MS if plan is None else plan.cut_left_ms
