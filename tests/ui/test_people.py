"""Settings, users, tokens, the own account, the audit."""

import uuid
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests.admin_people import ask, logged_in
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations, whole_in_every_look
from tests.ui.keyboard import arrow_to, choose_item, press, tab_to, type_into
from tests.ui.users_by_api import PASSWORD, make_user

NEW_PASSWORD = "five words or maybe six"


async def give_user_by_keyboard(page: Page, login: str) -> str:
    """Make a viewer on the page of users without a mouse; his one-time password."""
    await press(page, page.get_by_role("button", name="Add a user"))
    dialog = page.get_by_role("dialog", name="Add a user")
    await expect(dialog.get_by_label("Login")).to_be_focused()
    await page.keyboard.type(login)
    await tab_to(page, dialog.get_by_label("operator"))
    await arrow_to(page, dialog.get_by_label("viewer"), "ArrowUp")
    await expect(dialog.get_by_label("viewer")).to_be_checked()
    await press(page, dialog.get_by_role("button", name="Add a user"))

    shown = page.get_by_role("dialog", name=f"One-time password of {login}")
    password = await shown.locator("pre").inner_text()
    await no_axe_violations(page)
    await press(page, shown.get_by_role("button", name="Done, I have it"))
    await expect(shown).to_be_hidden()
    await tab_to(page, page.get_by_role("button", name=f"Actions: {login}"))
    return password


async def test_a_new_user_changes_the_one_time_password_by_keyboard_and_sees_what_the_role_may(
    browser_page: Page, stranger_page: Page
) -> None:
    login = f"guest-{uuid.uuid4().hex[:8]}"
    await browser_page.goto("/users")

    password = await give_user_by_keyboard(browser_page, login)
    await expect(browser_page.get_by_role("article", name=login)).to_contain_text("one-time password not changed yet")
    await stranger_page.goto("/users")
    await type_into(stranger_page, stranger_page.get_by_label("Login"), login)
    await type_into(stranger_page, stranger_page.get_by_label("Password", exact=False).first, password)
    await stranger_page.keyboard.press("Enter")
    await expect(stranger_page.get_by_text("You came in with a one-time password")).to_be_visible()
    new_password = stranger_page.get_by_label("New password", exact=False).first
    again = stranger_page.get_by_label("New password again")
    await type_into(stranger_page, stranger_page.get_by_label("Current password"), password)
    await type_into(stranger_page, new_password, "passwordpassword")
    await type_into(stranger_page, again, "passwordpassword")
    await stranger_page.keyboard.press("Enter")
    await expect(stranger_page.get_by_text("This password is one of those tried first")).to_be_visible()
    await type_into(stranger_page, new_password, NEW_PASSWORD)
    await type_into(stranger_page, again, NEW_PASSWORD)
    await stranger_page.keyboard.press("Enter")

    await expect(stranger_page.get_by_role("heading", level=1)).to_have_text("No access")
    navigation = stranger_page.get_by_role("navigation")
    await expect(navigation.get_by_role("link", name="Settings")).to_be_visible()
    await expect(navigation.get_by_role("link", name="Users")).to_be_hidden()
    await expect(navigation.get_by_role("link", name="Audit")).to_be_hidden()
    await press(stranger_page, navigation.get_by_role("link", name="Settings"))
    await expect(stranger_page.get_by_label("Window")).not_to_be_editable()
    await expect(stranger_page.get_by_role("button", name="Save")).to_be_hidden()


async def test_who_is_disabled_by_keyboard_is_out_at_once_and_nobody_is_offered_to_do_it_to_himself(
    browser_page: Page, browsing: Browsing, admin_api: aiohttp.ClientSession
) -> None:
    login = await make_user(admin_api)
    theirs = await browsing.window(who=await browsing.log_in(login, PASSWORD))
    await theirs.goto("/account")
    await expect(theirs.get_by_role("heading", name=login)).to_be_visible()
    await browser_page.goto("/users")

    await choose_item(browser_page, browser_page.get_by_role("button", name=f"Actions: {login}"), "Disable")
    question = browser_page.get_by_role("dialog", name=f"Disable {login}?")
    await expect(question).to_contain_text("All sessions of this user end at once")
    await press(browser_page, question.get_by_role("button", name="Disable"))

    await expect(browser_page.get_by_role("article", name=login)).to_contain_text("disabled")
    await theirs.reload()
    await expect(theirs.get_by_role("button", name="Log in")).to_be_visible()
    me = browser_page.get_by_role("article", name="admin", exact=True)
    await expect(me).to_contain_text("This is you")
    await expect(me.get_by_role("button")).to_have_count(0)


async def test_a_token_made_by_keyboard_opens_the_api_until_it_is_revoked(browser_page: Page, ui_url: str) -> None:
    name = f"export {uuid.uuid4().hex[:8]}"
    await browser_page.goto("/tokens")

    await press(browser_page, browser_page.get_by_role("button", name="Create a token"))
    dialog = browser_page.get_by_role("dialog", name="Create a token")
    await type_into(browser_page, dialog.get_by_label("Name"), name)
    await press(browser_page, dialog.get_by_role("button", name="Create a token"))
    shown = browser_page.get_by_role("dialog", name=f"Token “{name}”")
    token = await shown.locator("pre").first.inner_text()
    assert (
        await shown.locator("pre").last.inner_text() == f'curl -H "Authorization: Bearer {token}" {ui_url}/api/v1/slots'
    )
    await press(browser_page, shown.get_by_role("button", name="Done, I have it"))

    async with logged_in(ui_url, token) as script:
        assert (await ask(script, "GET", "/api/v1/slots"))[0] == 200
        await press(browser_page, browser_page.get_by_role("button", name=f"Revoke the token “{name}”"))
        await press(browser_page, browser_page.get_by_role("dialog").get_by_role("button", name="Revoke"))
        await expect(browser_page.get_by_role("article", name=name)).to_be_hidden()
        await tab_to(browser_page, browser_page.get_by_role("button", name="Create a token"))
        assert (await ask(script, "GET", "/api/v1/slots"))[0] == 401


async def test_a_session_left_open_elsewhere_is_ended_by_keyboard_from_here(
    browsing: Browsing, admin_api: aiohttp.ClientSession
) -> None:
    login = await make_user(admin_api)
    elsewhere = await browsing.window(who=await browsing.log_in(login, PASSWORD))
    here = await browsing.window(who=await browsing.log_in(login, PASSWORD))
    await elsewhere.goto("/account")
    await expect(elsewhere.get_by_role("heading", name=login)).to_be_visible()
    await here.goto("/account")
    sessions = here.get_by_role("region", name="Sessions")
    await expect(sessions.get_by_role("article")).to_have_count(2)

    await press(here, sessions.get_by_role("button", name="End the session: Chrome on Linux"))
    await press(here, here.get_by_role("dialog", name="End this session?").get_by_role("button", name="End"))

    await expect(sessions.get_by_role("article")).to_have_count(1)
    await tab_to(here, here.get_by_label("Current password"))
    await expect(sessions).to_contain_text("this session")
    await elsewhere.reload()
    await expect(elsewhere.get_by_role("button", name="Log in")).to_be_visible()


async def change_settings(admin_api: aiohttp.ClientSession, **changes: float) -> None:
    _, before = await ask(admin_api, "GET", "/api/v1/settings")
    etag = {"If-Match": f'"{before["version"]}"'}
    status, _ = await ask(admin_api, "PATCH", "/api/v1/settings", changes, headers=etag)
    assert status == 200


async def test_two_administrators_who_change_the_same_setting_choose_by_keyboard(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    await browser_page.goto("/settings")
    retention = browser_page.get_by_label("Life of a result")
    await type_into(browser_page, retention, "80")
    await change_settings(admin_api, result_retention_hours=96, max_waiting_requests=900)

    await press(browser_page, browser_page.get_by_role("button", name="Save", exact=True))
    dialog = browser_page.get_by_role("dialog", name="Somebody saved before you")
    await expect(dialog).to_contain_text("96 h")
    await expect(dialog).to_contain_text("80 h")
    await expect(dialog).to_contain_text("900 photos")
    await no_axe_violations(browser_page)
    await press(browser_page, dialog.get_by_role("button", name="Save this"))

    await expect(dialog).to_be_hidden()
    await tab_to(browser_page, retention)
    await expect(browser_page.get_by_label("Photos waiting at once")).to_have_value("900 photos")
    await expect(retention).to_have_value("80 h")
    _, saved = await ask(admin_api, "GET", "/api/v1/settings")
    await change_settings(admin_api, result_retention_hours=72, max_waiting_requests=1_000)
    assert (saved["result_retention_hours"], saved["max_waiting_requests"]) == (80, 900)


async def test_settings_out_of_range_are_told_by_keyboard_and_unsaved_ones_are_not_lost_by_a_link(
    browser_page: Page,
) -> None:
    await browser_page.goto("/settings")
    window = browser_page.get_by_label("Window")

    await type_into(browser_page, window, "61")
    await expect(browser_page.get_by_text("Enter a number from 10 to 60.")).to_be_visible()
    await expect(browser_page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    away = browser_page.get_by_role("navigation").get_by_role("link", name="Tokens")
    await press(browser_page, away)
    question = browser_page.get_by_role("dialog", name="Leave without saving?")
    await press(browser_page, question.get_by_role("button", name="Cancel"))

    await expect(window).to_have_value("61 s")
    await press(browser_page, browser_page.get_by_role("button", name="Discard changes"))
    await press(browser_page, away)
    await expect(browser_page.get_by_role("heading", level=1, name="Tokens")).to_be_visible()


async def test_the_ingest_password_is_changed_by_keyboard_with_an_overlap_and_the_audit_tells_of_it(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    await browser_page.goto("/settings")

    await press(browser_page, browser_page.get_by_role("button", name="Change the global password"))
    dialog = browser_page.get_by_role("dialog", name="Change the global password")
    await type_into(browser_page, dialog.get_by_label("Minutes that the old one still serves"), "30")
    await press(browser_page, dialog.get_by_role("button", name="Change the global password"))
    shown = browser_page.get_by_role("dialog", name="The new global password")
    assert len(await shown.locator("pre").inner_text()) > 20
    await expect(shown).to_contain_text("The old password serves until")
    await press(browser_page, shown.get_by_role("button", name="Done, I have it"))

    await expect(browser_page.get_by_text("in 30 minutes")).to_be_visible()
    await browser_page.goto("/audit")
    entry = browser_page.get_by_role("article").filter(has_text="Global booth password changed").first
    await expect(entry).to_contain_text("old one serves, minutes")
    await expect(entry.get_by_role("link", name="settings")).to_be_visible()


def _shows(words: str) -> Callable[[Page], Awaitable[None]]:
    async def ready(page: Page) -> None:
        await expect(page.locator("main").get_by_text(words).first).to_be_visible()

    return ready


@pytest.mark.parametrize(
    ("path", "words"),
    [("/settings", "48"), ("/users", "admin"), ("/tokens", "nightly"), ("/account", "127.0.0.1"), ("/audit", "admin")],
)
async def test_everybody_can_read_and_use_the_page(
    browsing: Browsing, admin_api: aiohttp.ClientSession, path: str, words: str
) -> None:
    await make_user(admin_api)
    await ask(admin_api, "POST", "/api/v1/tokens", {"name": "nightly", "role": "viewer"})

    await whole_in_every_look(browsing, path, _shows(words), name=path.strip("/"))
