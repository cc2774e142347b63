"""What holds for every page, however it looks."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Literal

from playwright.async_api import Page, StorageState

from tests.ui.browsing import FINISH_TRANSITIONS, Browsing, picture
from tests.ui.looks import HEIGHTS, LANGUAGES, LOOKS, Look

#: axe-core, as the package that brings it has it.
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
_RUN_AXE = "(within) => axe.run(within ?? document, {resultTypes: ['violations']})"
_TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  const page = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
  if (page <= width) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => `<${one.tagName.toLowerCase()} class="${one.className}"> ${one.textContent.slice(0, 40)}`);
  return [`the page is ${page} px wide, the window ${width}`, ...wide.slice(0, 5)];
}
"""


async def axe_violations(page: Page, within: str | None = None) -> list[str]:
    """Give whatever axe-core finds, with all its rules, on the page or `within` a CSS selector."""
    await page.evaluate(_AXE)
    await page.evaluate(FINISH_TRANSITIONS)
    found = (await page.evaluate(_RUN_AXE, within))["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    {node['html'][:300]}\n    {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"][:3]
    ]


async def too_wide(page: Page) -> list[str]:
    """Give what sticks out of a page that is wider than its window."""
    found: list[str] = await page.evaluate(_TOO_WIDE)
    return found


async def no_axe_violations(page: Page, within: str | None = None) -> None:
    """Fail on whatever axe-core finds, with all its rules, on the page or `within` a CSS selector."""
    found = await axe_violations(page, within)
    assert not found, "\n".join([page.url, *found])


async def no_horizontal_scroll(page: Page) -> None:
    """Fail on a page that is wider than its window."""
    found = await too_wide(page)
    assert not found, "\n".join([page.url, *found])


async def whole_in_every_look(
    browsing: Browsing,
    path: str,
    ready: Callable[[Page], Awaitable[object]],
    *,
    name: str,
    who: StorageState | Literal["administrator", "stranger"] = "administrator",
) -> None:
    """Open the path in both languages and hold it to all of the above, in each of `LOOKS`.

    `ready` waits until the page shows what it is about (`expect(…)`); a picture `name-<look>` of each look is kept.
    """
    faults = []
    for language in LANGUAGES:
        page = await browsing.window(Look(language), who=who)
        await page.goto(path)
        await ready(page)
        for look in (look for look in LOOKS if look.language == language):
            await page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
            await page.set_viewport_size({"width": look.width, "height": HEIGHTS[look.width]})
            await picture(page, f"{name}-{look}")
            faults += [f"{look}: {fault}" for fault in [*await too_wide(page), *await axe_violations(page)]]
        await page.context.close()
    assert not faults, "\n".join([path, *faults])
