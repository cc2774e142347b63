from tests.chaos.report import HEAD, table, with_section
from tests.chaos.results import Result

ONE = Result("P5", 1, "2026-01-01T12:00:00Z", 9.0, 4, 4, 3, 4, -2.5, ())
OTHER = Result("P5", 2, "2026-01-01T12:01:00Z", 9.0, 3, 3, 2, 3, 0.25, ("I2  x: y",))


def test_a_case_is_the_sum_of_its_seeds_and_its_latest_answer() -> None:
    lines = list(table([ONE, OTHER], ["P5", "P6"]))

    assert lines[0] == HEAD
    assert lines[2:] == ["| P5 | 2 | 7 | 7 | 5 | 7 | +0.25 s | 1 |", "| P6 | 0 | | | | | | not played |"]


def test_only_what_is_between_the_marks_is_replaced() -> None:
    page = "head\n<!-- results: begin -->\nold\n<!-- results: end -->\ntail\n"

    again = with_section(with_section(page, "first"), "second")

    assert again == "head\n<!-- results: begin -->\n\nsecond\n\n<!-- results: end -->\ntail\n"
