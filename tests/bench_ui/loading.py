"""How long a page takes to be there on a slow phone: at the first visit, nothing cached, and at the next."""

import asyncio
import json
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.async_api import Browser, StorageState

from tests.bench_ui.bare_pages import BarePage, bare_context

CPU_SLOWER = 4
PHONE = {"width": 360, "height": 740}
#: A page is there when nothing has been loaded or worked on for so long.
QUIET_SECONDS, LONGEST_SECONDS = 2.5, 60.0
OBSERVE = """
window.seen = {painted: 0, largest: 0, usable: 0, shift: 0, tasks: []};
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.painted = entry.startTime; });
watch("largest-contentful-paint", (entry) => { seen.largest = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
watch("longtask", (entry) => { seen.tasks.push([entry.startTime, entry.duration]); });
"""
#: When the page has what it is opened for.
_WATCH_FOR = """
new MutationObserver((_, watcher) => {
  if (!document.querySelector(%s)) return;
  seen.usable = performance.now();
  watcher.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
_SEEN = """
({
  ...window.seen,
  files: performance.getEntriesByType("resource").map((file) => [file.name, file.transferSize && file.encodedBodySize]),
})
"""


@dataclass(frozen=True)
class Opened:
    """A page: `shows`, a CSS selector, is there once it is of use; `is_cached`: a visit before has left its files."""

    name: str
    path: str
    shows: str
    is_cached: bool = False


@dataclass(frozen=True)
class Load:
    """Script in kB (1,000 bytes) as it was sent; times in ms; `shift` is the sum of all layout shifts."""

    script_kb: float
    largest_paint_ms: float
    usable_ms: float
    blocked_ms: float
    shift: float


@dataclass(frozen=True)
class Visit:
    """Of several visits the median of each figure."""

    name: str
    loads: tuple[Load, ...]

    def typical(self) -> Load:
        return Load(
            median(load.script_kb for load in self.loads),
            median(load.largest_paint_ms for load in self.loads),
            median(load.usable_ms for load in self.loads),
            median(load.blocked_ms for load in self.loads),
            median(load.shift for load in self.loads),
        )


async def visited(browser: Browser, url: str, seen: Opened, *, who: StorageState | None, rounds: int) -> Visit:
    """Visit the page at `url` again and again, for the first time each time or, if all is cached, for the second."""
    return Visit(seen.name, tuple([await _load(browser, f"{url}{seen.path}", seen, who) for _ in range(rounds)]))


async def _load(browser: Browser, url: str, opened: Opened, who: StorageState | None) -> Load:
    async with bare_context(browser, who) as open_page:
        if opened.is_cached:
            page = await open_page()
            await _visit(page, url, slower=1)
            await page.close()
        return _figures(await _visit(await open_page(), url, slower=CPU_SLOWER, shows=opened.shows))


async def _visit(page: BarePage, url: str, *, slower: int, shows: str = "main") -> dict[str, Any]:
    """Open the address, wait until nothing happens any more, and give what was seen meanwhile."""
    await page.send("Page.enable")
    await page.send("Emulation.setDeviceMetricsOverride", mobile=True, deviceScaleFactor=2, **PHONE)
    await page.send("Emulation.setCPUThrottlingRate", rate=slower)
    await page.send("Page.addScriptToEvaluateOnNewDocument", source=OBSERVE + _WATCH_FOR % json.dumps(shows))
    await page.send("Page.navigate", url=url)
    seen: dict[str, Any] = {}
    quiet_since = started = time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS and time.monotonic() - started < LONGEST_SECONDS:
        before, seen = seen, await page.evaluate(_SEEN)
        if seen != before:
            quiet_since = time.monotonic()
        await asyncio.sleep(0.25)
    return seen


def _figures(seen: dict[str, Any]) -> Load:
    scripts = [size for name, size in seen["files"] if name.partition("?")[0].endswith(".js")]
    blocked = sum(max(0, length - 50) for start, length in seen["tasks"] if start + length > seen["painted"])
    return Load(sum(scripts) / 1000, seen["largest"], seen["usable"], blocked, seen["shift"])
