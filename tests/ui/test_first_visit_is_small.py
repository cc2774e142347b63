"""What a first visit loads; how long that takes on a slow phone is `make bench-ui`'s."""

import pytest
from playwright.async_api import Page, expect

from tests.ui.browsing import Browsing

#: kB: what the program begins with is at most 200; another page opened by its address brings its own.
LIMITS = [("/", "stranger", 200), ("/", "administrator", 200), ("/slots", "administrator", 270)]
_SCRIPTS = """
() => performance.getEntriesByType("resource")
  .filter((file) => /\\.js$/.test(file.name))
  .map((file) => file.encodedBodySize)
"""


@pytest.mark.parametrize(("path", "who", "at_most_kb"), LIMITS, ids=str)
async def test_the_scripts_of_a_first_visit_are_small(browsing: Browsing, path: str, who: str, at_most_kb: int) -> None:
    page: Page = await browsing.window(who="stranger" if who == "stranger" else "administrator")
    await page.goto(path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.wait_for_load_state("load")
    await page.wait_for_timeout(1_000)

    sizes = await page.evaluate(_SCRIPTS)

    assert len(sizes) >= 2
    assert sum(sizes) / 1000 <= at_most_kb
