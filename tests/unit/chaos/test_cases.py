import argparse
import re

import pytest

from tests.chaos.cases import CASES, KILLS, kind_of
from tests.chaos.chaos_stack import Kind
from tests.chaos.kill_cases import plan_of
from tests.chaos.kill_matrix import DISPATCHER, KILL_POINTS, KillPoint
from tests.chaos.results import Result
from tests.chaos.run import dice_of
from tests.chaos.turns import left_of, planned
from tests.chaos.upkeep_cases import JANITOR_POINTS
from tests.unit.house.workspace import sources

MATRIX = [
    *(f"G{number}" for number in range(1, 9)),
    *("D1", "D2", "D3"),
    *(f"P{number}" for number in range(1, 8)),
    *("J1", "J2", "A1"),
]
#: Played by tests/integration/admin: an administrator's change in two steps, no photo's way.
OF_ADMINISTRATORS = {"slots.revision_kept"}
PASSED = re.compile(r'failpoint\("([a-z_.]+)"\)')


def options(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**({"cases": "", "seed": 1, "seeds": 1, "faults": 0} | given))


def test_every_point_of_the_kill_matrix_is_a_case() -> None:
    assert sorted(KILLS) == sorted(MATRIX)


def test_every_failpoint_of_the_product_is_a_case_and_every_case_names_one() -> None:
    in_code = {name for file in sources() for name in PASSED.findall(file.read_text()) if file.name != "failpoints.py"}
    played = {point.failpoint for point in (*KILL_POINTS, *JANITOR_POINTS)} | {"admin.mid_change"}

    assert in_code == played | OF_ADMINISTRATORS


@pytest.mark.parametrize("point", KILL_POINTS, ids=lambda point: point.name)
def test_the_same_seed_is_the_same_plan_and_the_first_photo_is_the_fastest(point: KillPoint) -> None:
    plan, again = (plan_of(point, 7, dice_of(point.name, 7)) for _ in range(2))

    assert plan == again
    assert plan != plan_of(point, 9, dice_of(point.name, 9))
    assert [arrival.at_seconds for arrival in plan] == sorted(arrival.at_seconds for arrival in plan)
    victim, *others = [float(arrival.behaviour.removeprefix("slow=")) for arrival in plan]
    # before the call whoever comes first is first
    assert victim <= min(others) or point.service == DISPATCHER


def test_seeds_are_played_one_after_the_other_over_all_points() -> None:
    turns = planned(options(seed=4, seeds=2))

    assert turns[: len(MATRIX)] == [(name, 4) for name in KILLS]
    assert turns[len(MATRIX) :] == [(name, 5) for name in KILLS]


def test_faults_are_played_after_the_kills() -> None:
    assert planned(options(faults=1))[len(MATRIX) :] == [(name, 1) for name in CASES if name not in KILLS]


def test_named_cases_are_played_alone() -> None:
    assert planned(options(cases="P5,kill-mongodb", seed=7, seeds=1, faults=3)) == [("P5", 7), ("kill-mongodb", 7)]


def test_an_unknown_case_is_named() -> None:
    with pytest.raises(SystemExit, match="no such case: P99"):
        planned(options(cases="P99"))


def test_what_was_played_without_a_violation_is_not_played_again() -> None:
    good = Result("P5", 1, "2026-01-01T12:00:00Z", 9.0, 4, 4, 3, 4, -2.5, ())
    broken = Result("P5", 2, "2026-01-01T12:01:00Z", 9.0, 3, 3, 2, 3, 0.25, ("I2  x: y",))

    assert left_of([("P5", 1), ("P5", 2), ("P6", 1)], [good, broken]) == [("P5", 2), ("P6", 1)]


def test_a_case_that_spoils_a_server_for_the_others_has_a_stack_of_its_own() -> None:
    own = {name: kind_of(name) for name in CASES if kind_of(name) is not Kind.USUAL}

    assert own == {
        "set-steps-down": Kind.SET_OF_THREE,
        "set-primary-killed": Kind.SET_OF_THREE,
        "set-without-majority": Kind.SET_OF_THREE,
        "full-minio": Kind.SMALL_DRIVE,
    }
