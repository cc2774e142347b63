"""A part that keeps dying is started ever more slowly."""

from deploy.local.backoff import LONGEST_SECONDS, WELL_SECONDS, Backoff


def test_each_death_doubles_the_pause_up_to_the_longest() -> None:
    backoff = Backoff()

    pauses = [backoff.after(1) for _ in range(9)]

    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == LONGEST_SECONDS


def test_a_part_that_ran_well_starts_from_the_shortest_pause() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(1)

    assert backoff.after(WELL_SECONDS) == 0.5
