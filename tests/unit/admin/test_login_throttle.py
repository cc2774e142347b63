"""Guessing becomes slow, and the right person soon comes in."""

import pytest

from admin_api.login_throttle import FREE_FAILURES, LONGEST_WAIT_SECONDS, MAX_KEYS, LoginThrottle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> LoginThrottle:
    return LoginThrottle(clock)


def fail(throttle: LoginThrottle, times: int, key: str = "ann 10.0.0.1") -> None:
    for _ in range(times):
        throttle.begin(key)


def test_a_few_typing_errors_cost_no_wait(throttle: LoginThrottle) -> None:
    fail(throttle, FREE_FAILURES)

    assert throttle.wait_seconds("ann 10.0.0.1") == 0


def test_each_further_failure_doubles_the_wait(throttle: LoginThrottle) -> None:
    fail(throttle, FREE_FAILURES)

    waits = []
    for _ in range(3):
        fail(throttle, 1)
        waits.append(throttle.wait_seconds("ann 10.0.0.1"))

    assert waits == [2, 4, 8]


def test_the_wait_passes(throttle: LoginThrottle, clock: Clock) -> None:
    fail(throttle, FREE_FAILURES + 1)

    clock.now += 2

    assert throttle.wait_seconds("ann 10.0.0.1") == 0


def test_the_wait_has_an_end_however_often_somebody_fails(throttle: LoginThrottle) -> None:
    fail(throttle, 5_000)

    assert throttle.wait_seconds("ann 10.0.0.1") == LONGEST_WAIT_SECONDS


def test_others_are_not_slowed_down(throttle: LoginThrottle) -> None:
    fail(throttle, 50)

    assert throttle.wait_seconds("bob 10.0.0.1") == 0


def test_success_forgets_the_failures(throttle: LoginThrottle) -> None:
    fail(throttle, FREE_FAILURES)

    throttle.succeeded("ann 10.0.0.1")
    fail(throttle, 1)

    assert throttle.wait_seconds("ann 10.0.0.1") == 0


def test_memory_is_bounded_and_the_longest_silent_are_forgotten(throttle: LoginThrottle) -> None:
    fail(throttle, 50, "first")
    for number in range(MAX_KEYS):
        throttle.begin(f"key {number}")

    assert len(throttle._failures) == MAX_KEYS
    assert throttle.wait_seconds("first") == 0
