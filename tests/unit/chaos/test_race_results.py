from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import race_results
from tests.chaos.race_results import RaceTurn, append_race, race_of, race_tables, races_file, read_races
from tests.unit.chaos.histories import A_BOOTH, A_ROW, GOOD, TIMED_OUT, after

TURN = RaceTurn("the cut", 3, done_ms=(-480, -30, -1), timeout_ms=(-400, 0), first_byte_ms=(12, 1), late=1, others=0)


def test_ends_are_measured_from_the_deadline_and_first_bytes_from_the_window() -> None:
    row, booth = replace(A_ROW, **TIMED_OUT), replace(A_BOOTH, status=504, first_byte_after=9.62)
    lost = replace(A_BOOTH, request_id="photo-2", status=503)

    turn = race_of("the cut", 3, replace(GOOD, booths=(booth, lost), rows=(row,)))

    assert turn == RaceTurn("the cut", 3, (), timeout_ms=(-400,), first_byte_ms=(-380,), late=1, others=1)
    assert race_of("the cut", 3, replace(GOOD, rows=(replace(A_ROW, finalized_at=after(9.97)),))).done_ms == (-30,)


def test_the_tables_count_every_end_in_its_column() -> None:
    lines = list(race_tables([TURN, replace(TURN, seed=5)]))

    assert "| the cut | 2 | 10 | 6 | 4 | 2 | 0 |" in lines
    assert "| the cut: `done` | 0 | 2 | 0 | 0 | 0 | 0 | 2 | 2 | 0 | 0 | 0 | 0 |" in lines
    assert "| the cut: `timeout` | 0 | 0 | 2 | 0 | 0 | 0 | 0 | 0 | 2 | 0 | 0 | 0 |" in lines
    assert lines[-1] == "| the cut | 4 | +0.001 | +0.012 | +0.012 | +0.012 |"


def test_turns_of_many_runs_are_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_results, "results_file", lambda: tmp_path / "chaos" / "results.jsonl")
    assert read_races(races_file()) == []

    append_race(TURN)
    append_race(replace(TURN, seed=5))

    assert read_races(races_file()) == [TURN, replace(TURN, seed=5)]
