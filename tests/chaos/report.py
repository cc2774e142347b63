"""`python -m tests.chaos.report`: writes docs/reliability.md from the results of every run so far."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploy.local.layout import CHECKOUT
from tests.bench.report import machine_line
from tests.chaos.cases import FAULT_CASES, KILLS, SET_CASES
from tests.chaos.results import Result, read, results_file

PAGE = CHECKOUT / "docs" / "reliability.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
HEAD = "| Case | Seeds | Requests | Jobs | Done | Provider calls | Latest first byte after its window | Violations |"
LINE = "|---|---|---|---|---|---|---|---|"


def table(results: Sequence[Result], cases: Iterable[str]) -> Iterator[str]:
    """Give the table of these cases, those that were never played too."""
    by_case = defaultdict[str, list[Result]](list)
    for result in results:
        by_case[result.case].append(result)
    yield HEAD
    yield LINE
    for case in cases:
        yield _row(case, by_case[case])


def _row(case: str, results: Sequence[Result]) -> str:
    if not results:
        return f"| {case} | 0 | | | | | | not played |"
    seeds = len({result.seed for result in results})
    sums = [sum(getattr(result, name) for result in results) for name in ("requests", "jobs", "done", "calls")]
    late = [result.latest_seconds for result in results if result.latest_seconds is not None]
    latest = f"{max(late):+.2f} s" if late else ""
    broken = sum(len(result.violations) for result in results)
    return f"| {case} | {seeds} | {' | '.join(map(str, sums))} | {latest} | {broken} |"


def section(results: Sequence[Result], groups: Mapping[str, Iterable[str]]) -> str:
    """Give everything between the marks: one table a group."""
    ended = sorted(result.ended_at for result in results)
    played = sum(result.seconds for result in results)
    lines = [
        f"Machine: {machine_line()}.",
        f"{len(results)} turns, {played / 60:.0f} minutes of play, from {ended[0]} to {ended[-1]}.",
    ]
    for title, cases in groups.items():
        lines += ["", f"### {title}", "", *table(results, cases)]
    return "\n".join(lines)


def with_section(page: str, text: str) -> str:
    """Give the page with what is between the marks replaced."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def main() -> None:
    text = section(read(results_file()), {"The kill matrix": KILLS, "Faults": [*FAULT_CASES, *SET_CASES]})
    PAGE.write_text(with_section(PAGE.read_text(), text))
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
