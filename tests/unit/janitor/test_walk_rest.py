from datetime import UTC, datetime, timedelta

from media_janitor.walk_rest import WalkRest

START = datetime(2026, 11, 28, 20, tzinfo=UTC)
REST = timedelta(minutes=5)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_a_walk_that_never_ended_does_not_rest() -> None:
    assert not WalkRest(Clock(), REST).is_resting("all")


def test_a_walk_rests_for_a_while_after_its_end_and_others_do_not() -> None:
    clock = Clock()
    rest = WalkRest(clock, REST)

    rest.begin("all")
    clock.now = START + REST - timedelta(seconds=1)

    assert rest.is_resting("all")
    assert not rest.is_resting("today")


def test_the_rest_ends() -> None:
    clock = Clock()
    rest = WalkRest(clock, REST)

    rest.begin("all")
    clock.now = START + REST

    assert not rest.is_resting("all")


def test_a_clock_that_was_set_back_keeps_no_walk_resting() -> None:
    clock = Clock()
    rest = WalkRest(clock, REST)

    rest.begin("all")
    clock.now = START - timedelta(hours=1)

    assert not rest.is_resting("all")
