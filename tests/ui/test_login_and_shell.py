"""Before the first page: who may come in, and the frame around every page."""

import asyncio
import json
import re

import pytest
from playwright.async_api import Page, Route, expect

from deploy.local.layout import CHECKOUT
from tests.running_stack import RunningStack
from tests.ui.browsing import Browsing
from tests.ui.checks import whole_in_every_look
from tests.ui.keyboard import MouseUsedError, press, type_into
from tests.ui.looks import LANGUAGES, Look

TEXTS = CHECKOUT / "web" / "src" / "i18n"
#: What part of the page has the focus.
_PLACE = """
() => {
  const one = document.activeElement;
  return one.className === "skip-link" ? "skip-link" : one.closest("header, nav, main")?.tagName ?? one.tagName;
}
"""
IN_BOTH_LANGUAGES = [Look(language) for language in LANGUAGES]


def text(look: Look, key: str, area: str = "common") -> str:
    """Give the words that the UI has under the key."""
    found = json.loads((TEXTS / look.language / f"{area}.json").read_text())
    for part in key.split("."):
        found = found[part]
    assert isinstance(found, str)
    return found


async def fill_in(page: Page, login: str, password: str) -> None:
    await type_into(page, page.locator("input[name=login]"), login)
    await type_into(page, page.locator("input[name=password]"), password)
    await page.keyboard.press("Enter")


async def test_everybody_can_read_and_use_the_login_page(browsing: Browsing) -> None:
    async def ready(page: Page) -> None:
        await expect(page.locator("input[type=password]")).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") in LANGUAGES

    await whole_in_every_look(browsing, "/", ready, name="login", who="stranger")


async def test_everybody_can_read_and_use_the_frame_around_a_page_that_does_not_exist(browsing: Browsing) -> None:
    async def ready(page: Page) -> None:
        await expect(page.get_by_role("heading", level=1)).to_be_visible()

    await whole_in_every_look(browsing, "/nothing/is/here", ready, name="shell")


@pytest.mark.parametrize("look", IN_BOTH_LANGUAGES, indirect=True, ids=str)
async def test_a_wrong_password_typed_by_keyboard_is_told_in_a_sentence_and_the_login_stays(
    stranger_page: Page, look: Look
) -> None:
    await stranger_page.goto("/slots")

    await fill_in(stranger_page, "admin", "not the password")

    alert = stranger_page.get_by_role("alert")
    await expect(alert).to_contain_text(text(look, "invalid_password.do", "problems"))
    await expect(stranger_page.locator("input[name=login]")).to_have_value("admin")
    await expect(stranger_page.locator("input[name=password]")).to_be_focused()


@pytest.mark.parametrize("look", IN_BOTH_LANGUAGES, indirect=True, ids=str)
async def test_who_logs_in_by_keyboard_sees_the_page_asked_for_and_nothing_more_after_logging_out(
    stranger_page: Page, look: Look, stack: RunningStack
) -> None:
    await stranger_page.goto("/nothing/is/here?and=more")

    await fill_in(stranger_page, str(stack.info["admin_login"]), str(stack.info["admin_password"]))

    navigation = stranger_page.get_by_role("navigation")
    await expect(navigation).to_be_visible()
    assert stranger_page.url.endswith("/nothing/is/here?and=more")
    await press(stranger_page, navigation.get_by_role("button", name=re.compile(text(look, "session.logOut"))))
    await expect(stranger_page.get_by_role("button", name=text(look, "session.logIn"))).to_be_visible()


async def test_a_page_is_gone_through_by_keyboard_from_the_skip_link_to_its_main_part(browser_page: Page) -> None:
    await browser_page.goto("/slots")
    await expect(browser_page.get_by_role("link", name="New slot")).to_be_visible()

    places: list[str] = []
    for _ in range(3 + len(await browser_page.get_by_role("navigation").get_by_role("link").all())):
        await browser_page.keyboard.press("Tab")
        places.append(await browser_page.evaluate(_PLACE))
    assert list(dict.fromkeys(places)) == ["skip-link", "HEADER", "NAV"]
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Tab")
    assert await browser_page.evaluate(_PLACE) == "MAIN"

    await press(browser_page, browser_page.locator(".skip-link"))
    await expect(browser_page.get_by_role("main")).to_be_focused()
    await browser_page.keyboard.press("Tab")
    assert await browser_page.evaluate(_PLACE) == "MAIN"
    await expect(browser_page.get_by_role("main")).not_to_be_focused()


async def test_nothing_of_the_page_before_is_left_while_one_chosen_by_keyboard_comes(browser_page: Page) -> None:
    is_seen = asyncio.Event()

    async def after_it_was_seen(route: Route) -> None:
        await is_seen.wait()
        await route.continue_()

    await browser_page.route("**/TokensPage-*.js", after_it_was_seen)
    await browser_page.goto("/templates")
    heading = browser_page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Template pictures")

    await press(browser_page, browser_page.get_by_role("navigation").get_by_role("link", name="Tokens"))

    await expect(browser_page.get_by_role("main").get_by_text("Loading")).to_be_attached()
    await expect(heading).to_have_count(0)
    is_seen.set()
    await expect(heading).to_have_text("Tokens")


async def test_who_goes_by_keyboard_has_no_mouse(browser_page: Page) -> None:
    with pytest.raises(MouseUsedError):
        await browser_page.locator("body").click()
    with pytest.raises(MouseUsedError):
        await browser_page.locator("body").focus()
    with pytest.raises(MouseUsedError):
        await browser_page.mouse.move(1, 1)


async def test_a_script_in_the_page_does_not_run_and_is_noticed(browser_page: Page, browsing: Browsing) -> None:
    await browser_page.goto("/")
    await expect(browser_page.get_by_role("navigation")).to_be_visible()
    browsing.complaints.expect("Content Security Policy")

    await browser_page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))"
    )

    assert await browser_page.evaluate("window.ran") is None
    assert browsing.complaints.matching("script-src")


async def test_a_request_to_a_stranger_is_refused_by_the_policy_and_noticed(
    browser_page: Page, browsing: Browsing
) -> None:
    await browser_page.goto("/")
    await expect(browser_page.get_by_role("navigation")).to_be_visible()
    browsing.complaints.expect(
        "Content Security Policy|stranger|Failed to load|Refused to connect|Fetch API cannot load"
    )

    failed = await browser_page.evaluate("fetch('http://127.0.0.1:9/').then(() => false, () => true)")

    assert failed
    assert browsing.complaints.matching("connect-src")
