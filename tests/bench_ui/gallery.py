"""Scrolling through five thousand results: how much of them is in the page at once, and whether it sticks."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, StorageState
from pydantic import SecretStr
from pymongo import MongoClient

from photochanger.infrastructure.media_store import Bucket, MediaStore
from tests.bench_admin.rows import Row, month_of_rows
from tests.bench_ui.loading import OBSERVE
from tests.photos import camera_jpeg
from tests.running_stack import RunningStack

#: All rows have one and the same picture.
PICTURE_KEY = "2026/01/01/bench/1"
SECONDS_APART = 20
WHEEL_PX, PAUSE_MS = 900, 60
#: Longer without a further picture: that was the last one.
END_SECONDS, LONGEST_SECONDS = 8.0, 150.0
_STATE = """
() => ({
  pictures: [...document.querySelectorAll("main [data-picture]")].map((one) => one.dataset.picture),
  rows: document.querySelectorAll("main li").length,
  elements: document.querySelectorAll("main *").length,
})
"""


@dataclass(frozen=True)
class Scroll:
    """`longest_ms` of the page's tasks, 0 if none took 50 ms; `seen` pictures that were in it at some time."""

    rows: int
    seen: int
    most_at_once: int
    most_elements: int
    longest_ms: float
    long_tasks: int


async def fill(stack: RunningStack, count: int) -> None:
    """Write that many results straight into the database, the newest a minute old."""
    info = {name: str(value) for name, value in stack.info.items()}
    now = datetime.now(UTC)
    made = (row for row in month_of_rows(count * 2, now, random.Random(7)) if _is_result(row))
    times = (now - timedelta(seconds=60 + n * SECONDS_APART) for n in range(count))
    rows = [_moved(row, came, now) for row, came in zip(made, times, strict=False)]
    client: MongoClient[Row] = MongoClient(info["mongo_url"])
    with client:
        client.get_default_database()["jobs"].insert_many(rows, ordered=False)
    picture = camera_jpeg(800, 800)
    async with MediaStore(info["s3_url"], SecretStr(info["s3_access_key"]), SecretStr(info["s3_secret_key"])) as store:
        await store.put(Bucket.RESULTS, PICTURE_KEY, picture, content_type="image/jpeg")


async def scrolled(browser: Browser, ui_url: str, who: StorageState, *, rows: int) -> Scroll:
    """Turn the wheel from the first result to the last."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=who)
    try:
        await context.add_init_script(OBSERVE)
        page = await context.new_page()
        await page.goto(f"{ui_url}/gallery")
        await page.locator("main [data-picture] img").first.wait_for()
        await page.wait_for_timeout(2_000)
        await page.evaluate("seen.tasks = []")
        await page.mouse.move(900, 500)
        seen, most, elements = set[str](), 0, 0
        moved_at = started = time.monotonic()
        while time.monotonic() - moved_at < END_SECONDS and time.monotonic() - started < LONGEST_SECONDS:
            await page.mouse.wheel(0, WHEEL_PX)
            await page.wait_for_timeout(PAUSE_MS)
            state = await page.evaluate(_STATE)
            most, elements = max(most, state["rows"]), max(elements, state["elements"])
            if not seen.issuperset(state["pictures"]):
                moved_at = time.monotonic()
                seen.update(state["pictures"])
        tasks = [length for _, length in await page.evaluate("seen.tasks")]
        return Scroll(rows, len(seen), most, elements, max(tasks, default=0), len(tasks))
    finally:
        await context.close()


def _is_result(row: Row) -> bool:
    return bool(row["status"] == "done" and row["source"] == "ingest")


def _moved(row: Row, came: datetime, now: datetime) -> Row:
    """The same photo at another time, its picture still there for two days."""
    times = {"created_at": came, "finalized_at": came + timedelta(seconds=9), "expires_at": now + timedelta(hours=48)}
    return row | times | {"sync_deadline": came + timedelta(seconds=48), "result_key": PICTURE_KEY}
