"""What the web UI costs a slow phone, and how it scrolls: `make bench-ui`; writes docs/web-performance.md."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from deploy.local.fetch_browser import find_browser
from tests.bench.report import machine_line
from tests.bench_ui.gallery import READING_SECONDS, Scroll, fill, scrolled
from tests.bench_ui.loading import Opened, Visit, visited
from tests.bench_ui.slow_network import slow_network
from tests.running_stack import RunningStack, running_stack
from tests.ui.browsing import logged_in

PAGE = Path(__file__).parents[2] / "docs" / "web-performance.md"
#: What may be at most.
SCRIPT_KB, LARGEST_PAINT_MS, BLOCKED_MS, SHIFT = 200.0, 2_500.0, 200.0, 0.05
AT_ONCE, TASK_MS = 200, 50.0
_LOGIN = 'input[name="password"]'
_TODAY = "main section"
_SLOTS = 'main a[href^="/slots/"]'
#: Who is not logged in has seen nothing of it before, and who is has seen it all: these have limits.
STRANGER = Opened("login, nothing cached", "/", _LOGIN)
LIMITED = (
    Opened("today, files cached", "/", _TODAY, is_cached=True),
    Opened("slots, files cached", "/slots", _SLOTS, is_cached=True),
)
#: A new version's first opening by somebody who has stayed logged in.
TOLD = (Opened("today, nothing cached", "/", _TODAY), Opened("slots, nothing cached", "/slots", _SLOTS))
_INTRODUCTION = """\
# What the web UI costs

Written by `make bench-ui`; do not edit. A real Chromium on the stack of `make run` (its own, on ports and data of its
own) that shares the machine with it. The window is 360 px wide, the processor 4 times slower, the network Lighthouse's
"Fast 3G": 1.6 Mbit/s down, 0.75 up, a round trip of 150 ms, packet by packet, with TCP's slow start; of {rounds} visits
the median. No debugger is attached: with one, as most tools that measure pages have, Chromium takes a tenth of a second
more while React starts, which nobody's own browser does (`tests/bench_ui/bare_pages.py`). *Script* is what was sent,
compressed, in kB of 1,000 bytes; *largest paint* is LCP; *of use* is when the page had what
it is opened for: the password's field, the traffic light, the slots; *blocked* is what tasks took beyond 50 ms after
the first paint, until nothing had happened for 2.5 s; *shift* is the sum of all layout shifts. A visit by somebody
logged in with nothing cached is the first after an update: told, without a limit for its paint.

Then the wheel is turned through a gallery of {rows:,} results, without any of that slowness: for {reading:.0f} s
slowly, then fast to the end. *Came by* are the cards that were in the page so far, *shown* those whose picture had
come; *longest of ours* is the longest call of one of our scripts or drawing of the page (style, layout, paint),
*longest task* whatever kept the page's thread busy longest, also the browser's own work and the measuring. Below 50 ms
the browser tells of none.
"""
_RULE = "|---|---|---|---|---|"
_HEAD_OF_VISITS = (
    f"| Visit | script ≤ {SCRIPT_KB:.0f} kB | largest paint ≤ {LARGEST_PAINT_MS:.0f} ms | of use, ms |"
    f" blocked ≤ {BLOCKED_MS:.0f} ms | shift ≤ {SHIFT} |\n{_RULE}---|"
)


async def measure(stack: RunningStack, *, rows: int, rounds: int) -> tuple[list[Visit], list[Scroll]]:
    url, login = str(stack.info["admin_url"]), (str(stack.info["admin_login"]), str(stack.info["admin_password"]))
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        administrator = await logged_in(browser, url, *login)
        async with slow_network(url) as slow_url:
            pages = [(STRANGER, None), *((opened, administrator) for opened in (*LIMITED, *TOLD))]
            visits = [await visited(browser, slow_url, opened, who=who, rounds=rounds) for opened, who in pages]
        await fill(stack, rows)
        scrolls = await scrolled(browser, url, administrator)
        await browser.close()
    return visits, scrolls


def lines(visits: Sequence[Visit], scrolls: Sequence[Scroll], *, rows: int) -> Iterator[tuple[str, bool]]:
    """Give each line of the tables, and whether its figures are within their limits."""
    yield _HEAD_OF_VISITS, True
    for visit in visits:
        typical = visit.typical()
        is_told = visit.name in {opened.name for opened in TOLD}
        figures = (
            (f"{typical.script_kb:.0f}", is_told or typical.script_kb <= SCRIPT_KB),
            (f"{typical.largest_paint_ms:.0f}", is_told or typical.largest_paint_ms <= LARGEST_PAINT_MS),
            (f"{typical.usable_ms:.0f}", typical.usable_ms > 0),
            (f"{typical.blocked_ms:.0f}", typical.blocked_ms <= BLOCKED_MS),
            (f"{typical.shift:.3f}", typical.shift <= SHIFT),
        )
        yield _row(visit.name, figures)
    yield "", True
    yield _head_of_scrolls(rows), True
    for scroll in scrolls:
        told = (
            (f"{scroll.seen}", scroll is not scrolls[-1] or scroll.seen >= rows),
            (f"{scroll.shown}", scroll.shown > 0),
            (f"{scroll.most_at_once}", scroll.most_at_once <= AT_ONCE),
            (_longest(scroll.ours_ms), scroll.ours_ms <= TASK_MS),
            (f"{_longest(scroll.longest_ms)} ({scroll.long_tasks} over {TASK_MS:.0f})", True),
            (f"{scroll.refused}", scroll.refused == 0),
        )
        yield _row(scroll.name, told)


def _head_of_scrolls(rows: int) -> str:
    return (
        f"| Gallery of {rows:,} | came by | shown | at once in the page ≤ {AT_ONCE} |"
        f" longest of ours ≤ {TASK_MS:.0f} ms | longest task, ms | requests refused |\n{_RULE}---|---|"
    )


def _longest(ms: float) -> str:
    return f"{ms:.0f}" if ms else f"< {TASK_MS:.0f}"


def _row(name: str, figures: Sequence[tuple[str, bool]]) -> tuple[str, bool]:
    cells = (text if is_within else f"**{text}**" for text, is_within in figures)
    return f"| {name} | {' | '.join(cells)} |", all(is_within for _, is_within in figures)


def main() -> int:
    """Returns the shell's exit code, 1 when a figure is over its limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_ui", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5, help="visits of each page")
    given = parser.parse_args()
    with running_stack() as stack:
        visits, scrolls = asyncio.run(measure(stack, rows=given.rows, rounds=given.rounds))
    told = list(lines(visits, scrolls, rows=given.rows))
    table = "\n".join(line for line, _ in told)
    head = _INTRODUCTION.format(rounds=given.rounds, rows=given.rows, reading=READING_SECONDS)
    PAGE.write_text(f"{head}\nMachine: {machine_line()}. What is over its limit is **bold**.\n\n{table}\n")
    print(table)
    return 0 if all(is_within for _, is_within in told) else 1


if __name__ == "__main__":
    sys.exit(main())
