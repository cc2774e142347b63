"""On the same evenings more pictures come within the window than with three tries and equal cuts."""

import math

import pytest

from tests.planner_replay.families import FAMILIES, Family, hanging_outages, latency_spikes
from tests.planner_replay.policies import fixed_retries, planned
from tests.planner_replay.trace import FALLBACK, MAIN, CallEnd, Health, Trace
from tests.planner_replay.world import WINDOW_SECONDS, Way, World, replay

MINUTES = 20
SEEDS = (1, 2)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_the_planner_delivers_more_in_every_family(family: Family) -> None:
    traces = [family(seed, MINUTES) for seed in SEEDS]

    fixed = sum(replay(trace, fixed_retries).delivered for trace in traces)
    plan = sum(replay(trace, planned).delivered for trace in traces)

    assert plan > fixed


def test_what_the_planner_predicts_is_what_comes() -> None:
    tally = replay(latency_spikes(3, 40), planned)

    assert tally.predicted == pytest.approx(tally.delivered / tally.photos, abs=0.03)


def test_a_trace_does_the_same_to_whoever_asks_at_the_same_moment() -> None:
    one, other = hanging_outages(5, MINUTES), hanging_outages(5, MINUTES)

    asked = [
        (route, photo, n, at) for route in (MAIN, FALLBACK) for photo in range(9) for n in (1, 2) for at in (0, 700)
    ]

    assert [one.call(r, p, n, at=at) for r, p, n, at in asked] == [other.call(r, p, n, at=at) for r, p, n, at in asked]
    assert one.call(MAIN, 1, 1, at=0) != one.call(MAIN, 1, 2, at=0)


def a_trace(*arrivals: float, hangs: float = 0.0) -> Trace:
    return Trace("test", 1, (MAIN,), arrivals, (), {MAIN.provider: Health(9.0, 0.35, hangs=hangs)})


def test_a_photo_whose_calls_never_end_is_not_delivered_and_ends_in_its_window() -> None:
    ends: list[float] = []

    def timed(world: World, photo: int) -> Way:
        delivered = yield from planned(world, photo)
        ends.append(world.now)
        return delivered

    tally = replay(a_trace(10.0, hangs=1.0), timed)

    assert tally.delivered == 0
    assert ends == [pytest.approx(10.0 + WINDOW_SECONDS - 0.5)]


def test_photos_are_worked_on_side_by_side_in_the_order_of_the_clock() -> None:
    seen: list[tuple[float, int]] = []

    def waits(world: World, photo: int) -> Way:
        for _ in range(3):
            seen.append((world.now, photo))
            yield 4.0
        return True

    tally = replay(a_trace(0.0, 1.0), waits)

    assert seen == [(0.0, 0), (1.0, 1), (4.0, 0), (5.0, 1), (8.0, 0), (9.0, 1)]
    assert tally.delivered == 2


def test_a_call_that_hangs_never_ends() -> None:
    assert a_trace(hangs=1.0).call(MAIN, 0, 1, at=0) == CallEnd(math.inf, has_picture=False)
