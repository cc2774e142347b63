"""`python -m tests.chaos.report`: writes docs/reliability.md from the results of every run so far."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from deploy.local.layout import CHECKOUT
from tests.bench.report import machine_line
from tests.chaos.cases import CASES, KILLS, QUIET_CASES
from tests.chaos.race_results import race_tables, races_file, read_races
from tests.chaos.results import Result, read, results_file

PAGE = CHECKOUT / "docs" / "reliability.md"
RESULTS, RACES = "results", "races"
HEAD = (
    "| Case | Seeds | Requests | Jobs | Done | Provider calls | Kills of workers "
    "| Latest first byte after its window | Latest end after its deadline | Violations |"
)
LINE = "|---|---|---|---|---|---|---|---|---|---|"
TIMES_HEAD = "| First byte after the window's end | Answers | p50 | p99 | p99.9 | Latest |"
TIMES_LINE = "|---|---|---|---|---|---|"
TIMEOUT = 504
GROUPS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "The kill matrix": tuple(KILLS),
        "Faults": tuple(name for name in CASES if name not in KILLS and name not in QUIET_CASES),
        "Without a fault": ("calm",),
        "Races": ("races",),
    }
)


def table(results: Sequence[Result], cases: Sequence[str]) -> Iterator[str]:
    """Give the table of these cases, those that were never played too, and their sum."""
    by_case = defaultdict[str, list[Result]](list)
    for result in results:
        by_case[result.case].append(result)
    yield HEAD
    yield LINE
    for case in cases:
        yield _row(case, by_case[case])
    yield _row("**all**", [result for case in cases for result in by_case[case]])


def _row(case: str, results: Sequence[Result]) -> str:
    if not results:
        return f"| {case} | 0 | | | | | | | | not played |"
    seeds = len({(result.case, result.seed) for result in results})
    sums = [sum(getattr(result, name) for result in results) for name in ("requests", "jobs", "done", "calls", "kills")]
    latest = _latest(result.latest_seconds for result in results)
    latest_end = _latest(result.latest_end_seconds for result in results)
    broken = sum(len(result.violations) for result in results)
    return f"| {case} | {seeds} | {' | '.join(map(str, sums))} | {latest} | {latest_end} | {broken} |"


def _latest(seconds: Iterable[float | None]) -> str:
    known = [each for each in seconds if each is not None]
    return f"{max(known):+.2f} s" if known else ""


def times(results: Sequence[Result], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give how late answers came: of each group all of them, and those that say the window is over."""
    yield TIMES_HEAD
    yield TIMES_LINE
    for title, cases in groups.items():
        answers = [answer for result in results if result.case in cases for answer in result.answers]
        yield _times_row(title, [late for _, late in answers])
        yield _times_row(f"{title}, 504 alone", [late for status, late in answers if status == TIMEOUT])


def _times_row(title: str, late: Sequence[float]) -> str:
    if not late:
        return f"| {title} | 0 | | | | |"
    shares = " | ".join(f"{quantile(late, share):+.2f} s" for share in (0.5, 0.99, 0.999, 1.0))
    return f"| {title} | {len(late)} | {shares} |"


def quantile(values: Sequence[float], share: float) -> float:
    """Give the least value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def section(results: Sequence[Result], groups: Mapping[str, Sequence[str]]) -> str:
    """Give everything between the marks: the times, then one table a group."""
    ended = sorted(result.ended_at for result in results)
    played = sum(result.seconds for result in results)
    lines = [
        f"Machine: {machine_line()}.",
        f"{len(results)} turns, {played / 60:.0f} minutes of play, from {ended[0]} to {ended[-1]}.",
        "",
        *times(results, groups),
    ]
    for title, cases in groups.items():
        lines += ["", f"### {title}", "", *table(results, cases)]
    return "\n".join(lines)


def with_section(page: str, text: str, *, mark: str) -> str:
    """Give the page with what is between the comments `mark: begin` and `mark: end` replaced."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n\n{text}\n\n{end}{tail}"


def main() -> None:
    page = PAGE.read_text()
    if results := read(results_file()):
        page = with_section(page, section(results, GROUPS), mark=RESULTS)
    if races := read_races(races_file()):
        page = with_section(page, "\n".join(race_tables(races)), mark=RACES)
    PAGE.write_text(page)
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
