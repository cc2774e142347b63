import argparse
import re

import pytest

from tests.chaos.__main__ import planned
from tests.chaos.cases import FAULT_CASES, KILLS, SET_CASES
from tests.chaos.kill_cases import plan_of
from tests.chaos.kill_matrix import KILL_POINTS, KillPoint
from tests.chaos.run import dice_of
from tests.chaos.upkeep_cases import JANITOR_POINTS
from tests.unit.house.workspace import sources

MATRIX = [
    *(f"G{number}" for number in range(1, 9)),
    *("D1", "D2", "D3"),
    *(f"P{number}" for number in range(1, 8)),
    *("J1", "J2", "A1"),
]
PASSED = re.compile(r'failpoint\("([a-z_.]+)"\)')


def options(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**({"cases": "", "seed": 1, "seeds": 1, "faults": 0} | given))


def test_every_point_of_the_kill_matrix_is_a_case() -> None:
    assert sorted(KILLS) == sorted(MATRIX)


def test_every_failpoint_of_the_product_is_a_case_and_every_case_names_one() -> None:
    in_code = {name for file in sources() for name in PASSED.findall(file.read_text()) if file.name != "failpoints.py"}
    played = {point.failpoint for point in (*KILL_POINTS, *JANITOR_POINTS)} | {"admin.mid_change"}

    assert in_code == played


@pytest.mark.parametrize("point", KILL_POINTS, ids=lambda point: point.name)
def test_the_same_seed_is_the_same_plan_and_the_first_photo_is_the_fastest(point: KillPoint) -> None:
    plan, again = (plan_of(point, 7, dice_of(point.name, 7)) for _ in range(2))

    assert plan == again
    assert plan != plan_of(point, 9, dice_of(point.name, 9))
    assert [arrival.at_seconds for arrival in plan] == sorted(arrival.at_seconds for arrival in plan)
    victim, *others = [float(arrival.behaviour.removeprefix("slow=")) for arrival in plan]
    assert victim <= min(others)


def test_seeds_are_played_one_after_the_other_over_all_points() -> None:
    turns = planned(options(seed=4, seeds=2))

    assert turns[: len(MATRIX)] == [(name, 4) for name in KILLS]
    assert turns[len(MATRIX) :] == [(name, 5) for name in KILLS]


def test_faults_are_played_after_the_kills() -> None:
    assert planned(options(faults=1))[len(MATRIX) :] == [(name, 1) for name in [*FAULT_CASES, *SET_CASES]]


def test_named_cases_are_played_alone() -> None:
    assert planned(options(cases="P5,kill-mongodb", seed=7, seeds=1, faults=3)) == [("P5", 7), ("kill-mongodb", 7)]


def test_an_unknown_case_is_named() -> None:
    with pytest.raises(SystemExit, match="no such case: P99"):
        planned(options(cases="P99"))
