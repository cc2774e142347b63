"""Long galleries: few cards in the page, whoever goes on gets to the end. How smoothly is `make bench-ui`'s."""

import json

from playwright.async_api import Page, Route, expect

from tests.bench_ui.gallery import fill
from tests.e2e.product import Product
from tests.ui.test_gallery import cards

PICTURES = 700
MOST_AT_ONCE = 200
WHEEL_PX = 2_000
#: Many times what it takes.
MOST_TURNS = 500


async def open_long_gallery(page: Page, product: Product) -> None:
    """Show PICTURES from the newest on."""
    slot = await product.slot()
    await fill(product.stack, PICTURES, seed=slot.id, slot_id=slot.id)
    await page.goto(f"/gallery?slot={slot.id}")
    await expect(cards(page).locator("img").first).to_be_visible()


async def scroll_to_the_end(page: Page) -> int:
    """Turn the wheel until the last picture is there, and give how often that was."""
    turns, last = 0, page.locator(f"main li[aria-posinset='{PICTURES}']")
    while not await last.count():
        assert turns < MOST_TURNS
        await page.mouse.wheel(0, WHEEL_PX)
        turns += 1
        assert 0 < await page.locator("main li").count() <= MOST_AT_ONCE
    return turns


async def test_whoever_scrolls_gets_to_the_last_picture_with_few_in_the_page(
    browser_page: Page, product: Product
) -> None:
    await open_long_gallery(browser_page, product)

    turns = await scroll_to_the_end(browser_page)

    last = browser_page.locator(f"main li[aria-posinset='{PICTURES}'][aria-setsize='{PICTURES}']")
    await expect(last.locator("img")).to_be_visible()
    await expect(browser_page.get_by_text(f"That is all: {PICTURES}")).to_be_visible()
    assert turns > 10, "the list went by, it did not jump"


async def test_a_page_that_is_refused_for_too_many_requests_comes_by_itself_later(
    browser_page: Page, product: Product
) -> None:
    refused: list[str] = []

    async def refuse_once(route: Route) -> None:
        if refused or "cursor=" not in route.request.url:
            await route.continue_()
            return
        refused.append(route.request.url)
        problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "code": "rate_limited"}
        body = json.dumps(problem | {"detail": "At most 1200 requests a minute are answered.", "retry_after": 1})
        await route.fulfill(status=429, content_type="application/problem+json", body=body)

    await browser_page.route("**/api/v1/results?*", refuse_once)
    await open_long_gallery(browser_page, product)
    await browser_page.mouse.wheel(0, WHEEL_PX)
    await browser_page.mouse.wheel(0, WHEEL_PX)

    await expect(browser_page.get_by_role("alert").filter(has_text="Too many requests")).to_be_visible()
    await expect(browser_page.get_by_role("alert")).to_have_count(0)
    await scroll_to_the_end(browser_page)
    assert len(refused) == 1
