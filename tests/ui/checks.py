"""What holds for every page, however it looks."""

from importlib.resources import files

from playwright.async_api import Page

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


async def no_axe_violations(page: Page, within: str | None = None) -> None:
    """Fail on whatever axe-core finds, with all its rules, on the page or `within` a CSS selector."""
    await page.evaluate(_AXE)
    found = (await page.evaluate(_RUN_AXE, within))["violations"]

    assert [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    {node['html'][:300]}\n    {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"][:3]
    ] == [], page.url


async def no_horizontal_scroll(page: Page) -> None:
    """Fail on a page that is wider than its window; what sticks out is named."""
    assert await page.evaluate(_TOO_WIDE) == [], page.url


async def whole_for_everybody(page: Page) -> None:
    """Both: what is asked of each page in each look."""
    await no_horizontal_scroll(page)
    await no_axe_violations(page)
