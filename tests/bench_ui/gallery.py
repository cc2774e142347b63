"""Scrolling through five thousand results: how much of them is in the page at once, and whether it sticks."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page, StorageState, ViewportSize
from pydantic import SecretStr
from pymongo import MongoClient

from photochanger.infrastructure.media_store import Bucket, MediaStore
from tests.bench_admin.rows import Row, month_of_rows
from tests.photos import camera_jpeg
from tests.running_stack import RunningStack

#: All rows have one and the same picture.
PICTURE_KEY = "2026/01/01/bench/1"
SECONDS_APART = 20
WINDOW: ViewportSize = {"width": 1440, "height": 900}
#: As somebody looks at pictures, then as somebody who wants to the end; pixels of the wheel, ms between.
SLOWLY, READING_SECONDS, FAST = (150, 100), 20.0, (600, 40)
#: Longer without a further picture: that was the last one.
END_SECONDS, LONGEST_SECONDS = 8.0, 150.0
#: A task or frame is told of from 50 ms on; its scripts, where they took 5 ms.
_WATCH = """
window.gallery = {seen: new Set(), shown: new Set(), most: 0, tasks: [], ours: []};
const note = (type, from) => new PerformanceObserver((list) => list.getEntries().forEach(from)).observe({type});
note("longtask", ({duration}) => gallery.tasks.push(duration));
note("long-animation-frame", ({startTime, duration, renderStart, scripts}) => {
  if (renderStart > 0) gallery.ours.push(startTime + duration - renderStart);
  for (const script of scripts) if (script.sourceURL.startsWith(location.origin)) gallery.ours.push(script.duration);
});
const look = () => {
  const cards = document.querySelectorAll("main [data-picture]");
  for (const {dataset, firstElementChild} of cards) {
    gallery.seen.add(dataset.picture);
    if (firstElementChild?.localName === "img") gallery.shown.add(dataset.picture);
  }
  gallery.most = Math.max(gallery.most, document.querySelectorAll("main li").length);
};
new MutationObserver(look).observe(document, {childList: true, subtree: true});
"""
_TOLD = """
() => ({
  seen: gallery.seen.size, shown: gallery.shown.size, most_at_once: gallery.most,
  ours_ms: Math.max(0, ...gallery.ours), longest_ms: Math.max(0, ...gallery.tasks), long_tasks: gallery.tasks.length,
})
"""


@dataclass(frozen=True)
class Scroll:
    """One way through the gallery; times in ms, 0 if nothing took 50 ms.

    `seen` cards that were in the page since it was opened, `shown` those that had their picture; `ours_ms` the longest
    of our scripts' calls and of the page's renderings (style, layout, paint), `longest_ms` the longest task, whosever;
    `refused` requests (429).
    """

    name: str
    seen: int
    shown: int
    most_at_once: int
    ours_ms: float
    longest_ms: float
    long_tasks: int
    refused: int


async def fill(stack: RunningStack, count: int, *, seed: str = "", **changes: object) -> None:
    """Write that many results straight into the database, the newest a minute old.

    Another `seed` makes others; `changes` are made to each row.
    """
    info = {name: str(value) for name, value in stack.info.items()}
    now = datetime.now(UTC)
    made = (row for row in month_of_rows(count * 2, now, random.Random(seed)) if _is_result(row))
    times = (now - timedelta(seconds=60 + n * SECONDS_APART) for n in range(count))
    rows = [_moved(row, came, now) | changes for row, came in zip(made, times, strict=False)]
    client: MongoClient[Row] = MongoClient(info["mongo_url"])
    with client:
        client.get_default_database()["jobs"].insert_many(rows, ordered=False)
    picture = camera_jpeg(800, 800)
    async with MediaStore(info["s3_url"], SecretStr(info["s3_access_key"]), SecretStr(info["s3_secret_key"])) as store:
        await store.put(Bucket.RESULTS, PICTURE_KEY, picture, content_type="image/jpeg")


async def scrolled(browser: Browser, ui_url: str, who: StorageState) -> list[Scroll]:
    """Turn the wheel: slowly from the first result on, then fast to the last one."""
    context = await browser.new_context(viewport=WINDOW, storage_state=who)
    try:
        await context.add_init_script(_WATCH)
        page = await context.new_page()
        refused: list[str] = []
        page.on("response", lambda answer: refused.append(answer.url) if answer.status == 429 else None)
        await page.goto(f"{ui_url}/gallery")
        await page.locator("main [data-picture] img").first.wait_for()
        await page.wait_for_timeout(2_000)
        await page.mouse.move(900, 500)
        scrolls = []
        for name, wheel, seconds in (("slowly", SLOWLY, READING_SECONDS), ("to the end", FAST, LONGEST_SECONDS)):
            await _turn(page, wheel, at_most_seconds=seconds)
            scrolls.append(Scroll(name, refused=len(refused), **await page.evaluate(_TOLD)))
        return scrolls
    finally:
        await context.close()


async def _turn(page: Page, wheel: tuple[int, int], *, at_most_seconds: float) -> None:
    """Turn the wheel until no further picture comes by, or the time is over."""
    pixels, pause_ms = wheel
    await page.evaluate("Object.assign(gallery, {most: 0, tasks: [], ours: []})")
    seen, moved_at = 0, (started := time.monotonic())
    while time.monotonic() - moved_at < END_SECONDS and time.monotonic() - started < at_most_seconds:
        await page.mouse.wheel(0, pixels)
        await page.wait_for_timeout(pause_ms)
        before, seen = seen, await page.evaluate("gallery.seen.size")
        if seen > before:
            moved_at = time.monotonic()


def _is_result(row: Row) -> bool:
    return bool(row["status"] == "done" and row["source"] == "ingest")


def _moved(row: Row, came: datetime, now: datetime) -> Row:
    """The same photo at another time, its picture still there for two days."""
    times = {"created_at": came, "finalized_at": came + timedelta(seconds=9), "expires_at": now + timedelta(hours=48)}
    return row | times | {"sync_deadline": came + timedelta(seconds=48), "result_key": PICTURE_KEY}
