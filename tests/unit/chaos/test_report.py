from pathlib import Path

import pytest

from tests.chaos.report import HEAD, TIMES_HEAD, quantile, table, times, with_section
from tests.chaos.results import Result, append, read

ONE = Result("P5", 1, "2026-01-01T12:00:00Z", 9.0, 4, 4, 3, 4, -2.5, (), 1, -1.5, ((200, -2.5),))
OTHER = Result("P5", 2, "2026-01-01T12:01:00Z", 9.0, 3, 3, 2, 3, 0.25, ("I2  x: y",), 1, 0.5, ((504, 0.25),))


def test_a_case_is_the_sum_of_its_seeds_and_its_latest_answer() -> None:
    lines = list(table([ONE, OTHER], ["P5", "P6"]))

    assert lines[0] == HEAD
    assert lines[2:] == [
        "| P5 | 2 | 7 | 7 | 5 | 7 | 2 | +0.25 s | +0.50 s | 1 |",
        "| P6 | 0 | | | | | | | | not played |",
        "| **all** | 2 | 7 | 7 | 5 | 7 | 2 | +0.25 s | +0.50 s | 1 |",
    ]


def test_lateness_is_told_of_all_answers_and_of_504_alone() -> None:
    lines = list(times([ONE, OTHER], {"Kills": ["P5"], "Faults": ["cut-minio"]}))

    assert lines[0] == TIMES_HEAD
    assert lines[2:] == [
        "| Kills | 2 | -2.50 s | +0.25 s | +0.25 s | +0.25 s |",
        "| Kills, 504 alone | 1 | +0.25 s | +0.25 s | +0.25 s | +0.25 s |",
        "| Faults | 0 | | | | |",
        "| Faults, 504 alone | 0 | | | | |",
    ]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 500), (0.99, 990), (0.999, 999), (1.0, 1000)])
def test_a_quantile_is_a_value_that_was_seen(share: float, expected: int) -> None:
    assert quantile(list(range(1, 1001)), share) == expected


def test_results_are_read_as_they_were_written_and_none_without_a_file(tmp_path: Path) -> None:
    append(tmp_path / "results.jsonl", [ONE, OTHER])

    assert read(tmp_path / "results.jsonl") == [ONE, OTHER]
    assert read(tmp_path / "others.jsonl") == []


def test_only_what_is_between_the_marks_is_replaced() -> None:
    page = "head\n<!-- results: begin -->\nold\n<!-- results: end -->\ntail\n"

    again = with_section(with_section(page, "first", mark="results"), "second", mark="results")

    assert again == "head\n<!-- results: begin -->\n\nsecond\n\n<!-- results: end -->\ntail\n"
