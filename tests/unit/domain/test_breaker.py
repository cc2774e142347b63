"""When a breaker opens, who tries, and what closes it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from photochanger.domain.breaker import HALF_OPEN_AFTER_SECONDS, Breaker, BreakerState

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def opened(at_seconds: float = 0) -> Breaker:
    breaker = Breaker()
    for photo in "abc":
        breaker = breaker.failed(at(at_seconds), photo, "refused")
    return breaker


@pytest.mark.parametrize("pause_seconds", [0.1, 60, 290])
def test_three_photos_in_a_row_open_it_also_one_a_minute(pause_seconds: float) -> None:
    two = Breaker().failed(at(0), "a", "x").failed(at(pause_seconds), "b", "x")

    three = two.failed(at(2 * pause_seconds), "c", "connection refused")

    assert two.is_closed
    assert (three.state, three.detail, three.opened_at) == (
        BreakerState.OPEN,
        "connection refused",
        at(2 * pause_seconds),
    )


def test_photos_further_apart_than_ten_minutes_are_no_row() -> None:
    breaker = Breaker()
    for n in range(10):
        breaker = breaker.failed(at(301 * n), str(n), "x")

    assert breaker.is_closed


def test_a_photos_own_retries_are_one_photo() -> None:
    breaker = Breaker()
    for photo in "aaaabbbb":
        breaker = breaker.failed(at(0), photo, "x")

    assert breaker.is_closed


def test_an_answer_ends_the_row() -> None:
    breaker = Breaker().failed(at(0), "a", "x").failed(at(1), "b", "x").answered(at(2), 1).failed(at(3), "c", "x")

    assert breaker.is_closed


@given(answered=st.integers(0, 60), failed=st.integers(0, 60))
def test_half_of_ten_calls_in_thirty_seconds_open_it_although_some_are_answered(answered: int, failed: int) -> None:
    breaker = Breaker().answered(at(0), answered)
    for _ in range(failed):
        breaker = breaker.failed(at(1), "one photo", "x")

    is_open_after = [n for n in range(1, failed + 1) if n + answered >= 10 and n >= answered]
    assert (not breaker.is_closed) is bool(is_open_after)


def test_calls_of_more_than_half_a_minute_ago_do_not_count() -> None:
    breaker = Breaker()
    for _ in range(9):
        breaker = breaker.failed(at(0), "a", "x")

    assert breaker.failed(at(34), "a", "x").is_closed
    assert not breaker.failed(at(26), "a", "x").is_closed


def test_after_fifteen_seconds_one_photo_tries_and_only_one() -> None:
    breaker = opened()

    assert breaker.probed(at(14.9), "probe", seconds=30) is None
    tried = breaker.probed(at(15), "probe", seconds=30)
    assert tried is not None
    assert tried.state is BreakerState.HALF_OPEN
    assert tried.probed(at(16), "another", seconds=30) is None


def test_the_trying_photos_answer_closes_it_and_nobody_elses() -> None:
    tried = opened().probed(at(15), "probe", seconds=30)
    assert tried is not None

    assert tried.answered(at(16), 1, "straggler") == tried
    closed = tried.answered(at(16), 1, "probe")
    assert closed.is_closed
    assert closed.failed(at(17), "d", "x").is_closed


def test_the_trying_photos_failure_opens_it_for_another_fifteen_seconds_and_nobody_elses() -> None:
    tried = opened().probed(at(15), "probe", seconds=30)
    assert tried is not None

    assert tried.failed(at(20), "straggler", "x") == tried
    again = tried.failed(at(20), "probe", "still refused")
    assert (again.state, again.detail) == (BreakerState.OPEN, "still refused")
    assert not again.is_due(at(34.9))
    assert again.is_due(at(35))


def test_a_try_that_found_nothing_out_leaves_its_place_to_the_next_photo_at_once() -> None:
    tried = opened().probed(at(15), "probe", seconds=30)
    assert tried is not None

    assert tried.given_up(at(16), "straggler") == tried
    assert tried.given_up(at(16), "probe").probed(at(16), "next", seconds=30) is not None


def test_a_try_whose_worker_died_lapses() -> None:
    tried = opened().probed(at(15), "probe", seconds=30)
    assert tried is not None

    assert tried.probed(at(44.9), "next", seconds=30) is None
    assert tried.probed(at(45), "next", seconds=30) is not None


def test_what_an_administrator_opened_only_he_closes() -> None:
    breaker = Breaker().opened_by_hand(at(0), "by ops")

    assert breaker.probed(at(10**6), "probe", seconds=30) is None
    assert breaker.answered(at(1), 100, "a") == breaker
    assert breaker.closed(at(2), "by ops").is_closed


class AnyHistory(RuleBasedStateMachine):
    """Whatever comes in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.breaker = Breaker()
        self.probe: str | None = None
        self.opened_at = 0
        self.row: set[str] = set()

    @rule(seconds=st.sampled_from([1, 5, 14, 15, 40]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(photo=st.sampled_from("abcdefgh"))
    def a_call_fails(self, photo: str) -> None:
        before, self.breaker = self.breaker, self.breaker.failed(at(self.now), photo, "x")
        if before.is_closed:
            self.row.add(photo)
            assert self.breaker.is_closed or len(self.row) >= 3 or sum(t.failed for t in before.tallies) >= 4
        if self.breaker.state is BreakerState.OPEN and before.state is not BreakerState.OPEN:
            self.opened_at, self.probe, self.row = self.now, None, set()

    @rule(photo=st.sampled_from("abcdefgh"))
    def a_call_is_answered(self, photo: str) -> None:
        before, self.breaker = self.breaker, self.breaker.answered(at(self.now), 1, photo)
        if before.is_closed:
            self.row = set()
        if self.breaker.is_closed and not before.is_closed:
            assert photo == self.probe
            self.probe, self.row = None, set()

    @rule(photo=st.sampled_from("abcdefgh"))
    def a_photo_wants_to_try(self, photo: str) -> None:
        tried = self.breaker.probed(at(self.now), photo, seconds=20)
        if tried is not None:
            assert self.now - self.opened_at >= HALF_OPEN_AFTER_SECONDS
            assert self.breaker.state is BreakerState.OPEN or self.breaker.is_due(at(self.now))
            self.breaker, self.probe = tried, photo

    @precondition(lambda self: self.probe is not None)
    @rule()
    def the_try_is_given_up(self) -> None:
        assert self.probe is not None
        self.breaker, self.probe = self.breaker.given_up(at(self.now), self.probe), None
        assert self.breaker.is_due(at(self.now))

    @invariant()
    def at_most_one_photo_tries(self) -> None:
        assert self.breaker.probe_job == self.probe
        assert (self.breaker.state is BreakerState.HALF_OPEN) == (self.probe is not None)

    @invariant()
    def it_is_never_stuck(self) -> None:
        later = at(self.now + 100)
        assert self.breaker.is_closed or self.breaker.probed(later, "next", seconds=20) is not None


TestAnyHistory = AnyHistory.TestCase
