"""Providers: how they are, pauses, keys, limits."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.admin_people import ask
from tests.e2e.product import Product
from tests.photos import camera_jpeg
from tests.ui.browsing import Browsing
from tests.ui.checks import whole_in_every_look
from tests.ui.keyboard import press, tab_to
from tests.ui.users_by_api import PASSWORD, make_user

GEMINI = "/api/v1/providers/gemini"
#: The provider's service looks every 2 s whether a test is asked for.
KEY_TEST_MS = 15_000


@pytest_asyncio.fixture(loop_scope="session")
async def gemini(admin_api: aiohttp.ClientSession) -> AsyncIterator[None]:
    """Gemini, as it was before once the test is over."""
    yield
    for method, path, body in (
        ("DELETE", f"{GEMINI}/pause", None),
        ("DELETE", f"{GEMINI}/key", None),
        ("PUT", f"{GEMINI}/breaker", {"state": "closed"}),
    ):
        await ask(admin_api, method, path, body)


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title)


async def test_a_provider_is_paused_by_keyboard_its_running_photo_counted_and_photos_sent_again(
    browser_page: Page, product: Product, gemini: None
) -> None:
    slot = await product.slot("slow=6")
    await browser_page.goto("/providers")
    pause = browser_page.get_by_role("button", name="Pause Google Gemini")
    await tab_to(browser_page, pause)

    shot = asyncio.create_task(product.shoot(slot, camera_jpeg()))
    await asyncio.sleep(1)
    await browser_page.keyboard.press("Enter")
    await expect(browser_page.get_by_label("Why")).to_be_focused()
    await browser_page.keyboard.type("a new key is on its way")
    await browser_page.keyboard.press("Enter")

    shown = card(browser_page, "Google Gemini")
    await expect(shown).to_contain_text("admin: a new key is on its way.")
    await expect(shown).to_contain_text("1 photo still running")
    assert (await shot).status == 200
    await expect(shown).to_contain_text("Nothing runs at it any more")
    assert (await product.shoot(slot, camera_jpeg())).status == 503
    await press(browser_page, shown.get_by_role("button", name="Resume"))
    await expect(shown).to_contain_text("works")
    await tab_to(browser_page, pause)


async def test_a_test_says_that_the_key_is_taken_and_that_a_wrong_one_is_not(browser_page: Page, gemini: None) -> None:
    await browser_page.goto("/providers/gemini")
    test = browser_page.get_by_role("button", name="Test the key")

    await test.click()
    await expect(browser_page.get_by_text("The provider takes the key")).to_be_visible(timeout=KEY_TEST_MS)
    await browser_page.get_by_label("New key").fill("wrong-key-of-the-provider")
    await browser_page.get_by_role("button", name="Save the key").click()
    await expect(browser_page.get_by_text("Key …ider, given here")).to_be_visible()
    await expect(browser_page.get_by_label("New key")).to_have_value("")
    await test.click()

    await expect(browser_page.get_by_text("The provider does not take the key")).to_be_visible(timeout=KEY_TEST_MS)
    await expect(browser_page.get_by_text("Key …ider, tested")).to_be_visible()
    await browser_page.get_by_role("button", name="Delete the key").click()
    await browser_page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await expect(browser_page.get_by_text("Key from the service's environment")).to_be_visible()


async def test_a_limit_is_set_shown_as_a_bar_and_refused_at_its_field(browser_page: Page) -> None:
    await browser_page.goto("/providers/openai")
    limit = browser_page.get_by_role("textbox", name="Calls a day")
    save = browser_page.get_by_role("button", name="Save the limits")

    await limit.fill("2000000")
    await save.click()
    await expect(browser_page.get_by_text("At most 1,000,000.")).to_be_visible()
    await limit.fill("1234")
    await save.click()

    await expect(browser_page.get_by_text("The limits are saved")).to_be_visible()
    await browser_page.reload()
    await expect(browser_page.get_by_text("of 1,234")).to_be_visible()
    await limit.fill("")
    await save.click()
    await expect(browser_page.get_by_text("The limits are saved")).to_be_visible()


async def test_two_administrators_who_set_the_same_limit_choose_whose_stays(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    await browser_page.goto("/providers/openai")
    await browser_page.get_by_role("textbox", name="Calls a day").fill("1500")
    async with admin_api.get("/api/v1/providers/openai") as shown:
        etag = {"If-Match": shown.headers["ETag"]}
    theirs = {"requests_per_day": 900, "concurrency": 7}
    status, _ = await ask(admin_api, "PATCH", "/api/v1/providers/openai/limits", theirs, headers=etag)
    assert status == 200

    await browser_page.get_by_role("button", name="Save the limits").click()
    dialog = browser_page.get_by_role("dialog", name="Somebody saved before you")
    await expect(dialog.get_by_role("radio", name="Mine: 1,500")).to_be_checked()
    await expect(dialog.get_by_role("radio", name="Theirs: 7")).to_be_checked()
    await expect(dialog.get_by_role("radio", name="Mine: the provider's own")).to_be_visible()
    await dialog.get_by_role("button", name="Save this").click()
    await expect(browser_page.get_by_text("The limits are saved")).to_be_visible()

    async with admin_api.get("/api/v1/providers/openai") as shown:
        saved, etag = (await shown.json())["set_limits"], {"If-Match": shown.headers["ETag"]}
    nothing = dict.fromkeys(theirs)
    await ask(admin_api, "PATCH", "/api/v1/providers/openai/limits", nothing, headers=etag)
    assert {name: saved[name] for name in theirs} == {"requests_per_day": 1_500, "concurrency": 7}


async def test_who_may_only_look_is_offered_nothing_to_change(
    browsing: Browsing, admin_api: aiohttp.ClientSession
) -> None:
    page = await browsing.window(who=await browsing.log_in(await make_user(admin_api), PASSWORD))

    await page.goto("/providers/gemini")
    await expect(page.get_by_text("Administrators can test and change it.")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("textbox")).to_have_count(0)
    await expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    await page.goto("/operations")

    await expect(page.get_by_role("tab")).to_have_text(["Queues", "Janitor"])


async def test_everybody_can_read_and_use_the_providers(browsing: Browsing) -> None:
    await whole_in_every_look(
        browsing, "/providers", lambda page: expect(card(page, "Google Gemini")).to_be_visible(), name="providers"
    )


async def test_everybody_can_read_and_use_a_provider(browsing: Browsing) -> None:
    await whole_in_every_look(
        browsing,
        "/providers/gemini",
        lambda page: expect(page.get_by_text("gemini-2.5-flash-image", exact=True).last).to_be_visible(),
        name="provider",
    )
