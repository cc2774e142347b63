from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.history import History
from tests.chaos.kill_matrix import KILL_POINTS, KillPoint
from tests.unit.chaos.histories import A_BOOTH, A_CALL, GOOD, TIMED_OUT, with_booth, with_row

POINTS = {point.name: point for point in KILL_POINTS}
NO_ANSWER: dict[str, Any] = {"status": 0, "job_id": None, "body_sha256": ""}
BOOTH_LOST = with_booth(**NO_ANSWER)
NOTHING = replace(BOOTH_LOST, rows=(), first_rows=(), calls=())
TWO_CALLS = replace(GOOD, calls=(A_CALL, A_CALL))
TIMED_OUT_HISTORY = replace(with_row(**TIMED_OUT), booths=(replace(A_BOOTH, status=504),))
IN_A_SHORT_WINDOW = replace(TIMED_OUT_HISTORY, booths=(replace(A_BOOTH, status=504, window_seconds=3.0),))

AS_EXPECTED = {
    "G1": NOTHING, "G2": NOTHING, "G3": NOTHING,
    "G4": BOOTH_LOST, "G5": BOOTH_LOST, "G6": BOOTH_LOST, "G7": BOOTH_LOST, "G8": with_booth(is_cut_short=True),
    "D1": GOOD, "D2": GOOD, "D3": IN_A_SHORT_WINDOW,
    "P1": GOOD, "P2": IN_A_SHORT_WINDOW, "P3": TWO_CALLS, "P4": TWO_CALLS, "P5": GOOD, "P6": GOOD, "P7": GOOD,
}  # fmt: skip
OTHERWISE = {
    "G1": replace(NOTHING, booths=(A_BOOTH,)),
    "G2": BOOTH_LOST,
    "G3": replace(NOTHING, calls=(A_CALL,)),
    "G4": replace(BOOTH_LOST, rows=()),
    "G5": replace(BOOTH_LOST, calls=(A_CALL, A_CALL)),
    "G6": replace(TIMED_OUT_HISTORY, booths=(replace(A_BOOTH, status=0),)),
    "G7": replace(BOOTH_LOST, rows=(replace(BOOTH_LOST.rows[0], status="failed"),)),
    "G8": GOOD,
    "D1": TIMED_OUT_HISTORY,
    "D2": TWO_CALLS,
    "D3": with_booth(status=503),
    "P1": TWO_CALLS,
    "P2": with_booth(status=502),
    "P3": replace(GOOD, calls=(A_CALL, A_CALL, A_CALL)),
    "P4": with_booth(status=500),
    "P5": TWO_CALLS,
    "P6": TIMED_OUT_HISTORY,
    "P7": TWO_CALLS,
}  # fmt: skip


def judged(point: KillPoint, history: History) -> list[str]:
    return [violation.invariant for violation in point.judge(history)]


@pytest.mark.parametrize("name", POINTS)
def test_what_the_matrix_expects_is_accepted(name: str) -> None:
    assert judged(POINTS[name], AS_EXPECTED[name]) == []


@pytest.mark.parametrize("name", ["P2", "P3", "P4"])
def test_work_that_had_the_time_to_be_done_anew_is_done(name: str) -> None:
    long_timeout = replace(TIMED_OUT_HISTORY, booths=(replace(A_BOOTH, status=504, window_seconds=20.0),))

    assert judged(POINTS[name], long_timeout) == [name]
    assert judged(POINTS[name], IN_A_SHORT_WINDOW) == []


@pytest.mark.parametrize("name", ["P6", "P7"])
def test_an_end_without_a_reply_is_seen_at_the_next_look_not_at_the_window_s_end(name: str) -> None:
    assert judged(POINTS[name], with_booth(first_byte_after=4.3)) == []
    assert judged(POINTS[name], with_booth(first_byte_after=4.5)) == [name]


@pytest.mark.parametrize("name", POINTS)
def test_anything_else_is_a_violation_by_the_point_s_name(name: str) -> None:
    assert set(judged(POINTS[name], OTHERWISE[name])) == {name}
