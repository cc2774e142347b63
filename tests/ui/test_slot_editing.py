"""The form of a slot: two administrators, a session that ends, unsaved changes, faults at their fields, fallbacks."""

import io
import re

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from tests.admin_people import ask
from tests.e2e.product import Product
from tests.photos import camera_jpeg
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations
from tests.ui.keyboard import arrow_to, open_tab, press, tab_to, type_into
from tests.ui.looks import Look
from tests.ui.slots_by_api import change_slot, make_slot, read_slot

TURBOTEXT = {"provider": "turbotext", "operation": "image_edit", "params": {"prompt": "as a comic"}}
GEMINI = {"provider": "gemini", "operation": "image_edit", "params": {"prompt": "as ink"}}


def name_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Name")


def prompt_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Prompt")).first


async def save(page: Page) -> None:
    await press(page, page.get_by_role("button", name="Save", exact=True))


async def is_saved(page: Page, version: int) -> None:
    await expect(page.get_by_text(f"Saved as version {version}")).to_be_visible()


async def test_two_administrators_choose_by_keyboard_field_by_field_what_stays(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await type_into(page, name_field(page), "Mine")
    await type_into(page, prompt_field(page), "my prompt")
    theirs = {"name": "Theirs", "max_in_flight": 5, "params": {"prompt": "their prompt", "seed": 7}}
    await change_slot(admin_api, slot, **theirs, comment="as the couple asked for")

    await save(page)
    dialog = page.get_by_role("dialog", name="Somebody saved before you")
    await expect(dialog).to_contain_text("saved version 2 meanwhile")
    await expect(dialog).to_contain_text("as the couple asked for")
    await no_axe_violations(page)
    name = dialog.get_by_role("radiogroup", name="Name")
    await tab_to(page, name.get_by_role("radio", name="Mine: Mine"))
    await arrow_to(page, name.get_by_role("radio", name="Theirs: Theirs"))
    await expect(dialog.get_by_role("radio", name="Mine: my prompt")).to_be_checked()
    await expect(dialog.get_by_role("radio", name="Theirs: 5")).to_be_checked()
    await press(page, dialog.get_by_role("button", name="Save this"))
    await is_saved(page, 3)

    saved = await read_slot(admin_api, slot["id"])
    assert (saved["name"], saved["max_in_flight"]) == ("Theirs", 5)
    assert saved["params"] == {"prompt": "my prompt", "seed": 7}
    await expect(name_field(page)).to_have_value("Theirs")
    await tab_to(page, name_field(page))


async def test_only_what_changed_is_sent(browser_page: Page, admin_api: aiohttp.ClientSession) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await name_field(page).fill("Another name")

    async with page.expect_request(lambda request: request.method == "PATCH") as sent:
        await save(page)

    request = await sent.value
    assert request.post_data_json == {"name": "Another name"}
    assert request.headers["if-match"] == '"1"'
    await is_saved(page, 2)
    await expect(page.get_by_role("heading", level=1, name="Another name")).to_be_visible()


async def test_a_session_that_ends_while_somebody_types_loses_nothing_by_keyboard(
    browsing: Browsing, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    login, password = (str(product.stack.info[name]) for name in ("admin_login", "admin_password"))
    page = await browsing.window(who=await browsing.log_in(login, password))
    slot = await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await type_into(page, prompt_field(page), "typed before the end")
    await page.context.clear_cookies()

    await save(page)
    window = page.get_by_role("dialog", name="Your session has ended")
    await type_into(page, window.get_by_label(re.compile("^Password")), password)
    await page.keyboard.press("Enter")
    await expect(window).to_be_hidden()
    await expect(prompt_field(page)).to_have_value("typed before the end")
    await save(page)

    await is_saved(page, 2)
    assert (await read_slot(admin_api, slot["id"]))["params"] == {"prompt": "typed before the end"}


async def test_unsaved_changes_are_not_left_by_keyboard_without_a_question(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await type_into(page, name_field(page), "Not saved")
    await open_tab(page, "Recent")
    await open_tab(page, "Settings")
    await expect(name_field(page)).to_have_value("Not saved")

    away = page.get_by_role("navigation").get_by_role("link", name="Slots")
    question = page.get_by_role("dialog", name="Leave without saving?")
    await press(page, away)
    await press(page, question.get_by_role("button", name="Cancel"))
    await expect(question).to_be_hidden()
    await expect(name_field(page)).to_have_value("Not saved")
    await press(page, away)
    await press(page, question.get_by_role("button", name="Leave"))

    await page.wait_for_url("**/slots")
    assert (await read_slot(admin_api, slot["id"]))["version"] == 1


async def test_a_tab_with_unsaved_changes_is_not_closed_without_a_question(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await type_into(page, name_field(page), "Not saved")

    async with page.expect_event("dialog") as asking:
        await page.close(run_before_unload=True)
    question = await asking.value
    assert question.type == "beforeunload"
    await question.dismiss()
    await expect(name_field(page)).to_have_value("Not saved")

    await save(page)
    await is_saved(page, 2)
    questions: list[str] = []
    page.on("dialog", lambda dialog: questions.append(dialog.type))
    async with page.expect_event("close"):
        await page.close(run_before_unload=True)
    assert questions == []


async def test_what_is_wrong_is_said_at_its_field_which_gets_the_focus_by_keyboard(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await type_into(page, prompt_field(page), "")
    await type_into(page, page.get_by_role("textbox", name="Window"), "5")

    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("2 fields are wrong")
    await expect(prompt_field(page)).to_be_focused()
    await expect(prompt_field(page)).to_have_accessible_description(re.compile("This is needed"))
    await expect(page.get_by_role("textbox", name="Window")).to_have_attribute("aria-invalid", "true")
    await no_axe_violations(page)

    await type_into(page, prompt_field(page), "in oil")
    await type_into(page, page.get_by_role("textbox", name="Window"), "30")
    await save(page)
    await is_saved(page, 2)
    assert (await read_slot(admin_api, slot["id"]))["sync_response_seconds"] == 30


@pytest.mark.parametrize("look", [Look("ru", width=360)], indirect=True, ids=str)
async def test_what_only_the_server_knows_to_be_wrong_is_said_at_its_field_too_in_ones_language(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    async with admin_api.post("/api/v1/template-media", data={"file": io.BytesIO(camera_jpeg(600, 400))}) as answer:
        media_id = (await answer.json())["id"]
    slot = await make_slot(admin_api, template_media=[{"role": "reference", "media_id": media_id}])
    page = browser_page
    await page.goto(f"/slots/{slot['id']}")
    prompt = page.get_by_role("textbox", name="Промпт")
    await prompt.fill("in oil, once more")
    templates = product.mongo.database["templates"]
    template = await templates.find_one_and_delete({"_id": media_id})
    try:
        await page.get_by_role("button", name="Сохранить", exact=True).click()

        fault = page.get_by_role("alert").filter(has_text="Такого шаблона нет. Выберите другой.")
        await expect(fault).to_be_focused()
        await expect(prompt).to_have_value("in oil, once more")
    finally:
        # nobody could export the slots else
        await templates.insert_one(template)


async def test_fallbacks_are_put_in_order_by_keyboard_and_brought_back(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api, fallbacks=[TURBOTEXT, GEMINI])
    await page.goto(f"/slots/{slot['id']}")
    await tab_to(page, page.get_by_role("button", name="Move fallback 1", exact=True))
    for key in ("Space", "ArrowDown", "Space"):
        await page.keyboard.press(key)
        await page.wait_for_timeout(300)
    await press(page, page.get_by_role("button", name="Remove fallback 2"))
    await expect(page.get_by_text("as a comic")).to_have_count(0)
    await press(page, page.get_by_role("button", name="Undo"))
    await no_axe_violations(page)

    await save(page)
    await is_saved(page, 2)
    assert (await read_slot(admin_api, slot["id"]))["fallbacks"] == [GEMINI, TURBOTEXT]
    await press(page, page.get_by_role("button", name="Fallback 2 up"))
    await save(page)
    await is_saved(page, 3)
    assert (await read_slot(admin_api, slot["id"]))["fallbacks"] == [TURBOTEXT, GEMINI]


async def test_a_password_of_the_slot_s_own_is_made_by_keyboard_and_shown_once(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    await press(page, page.get_by_role("button", name="Make a password"))
    password = await page.get_by_role("textbox", name="New password").input_value()

    await save(page)
    await expect(page.get_by_role("dialog", name="The new password")).to_contain_text(password)
    await press(page, page.get_by_role("dialog").get_by_role("button", name=re.compile("have")))
    await is_saved(page, 2)
    await expect(page.get_by_text("This slot has a password of its own.")).to_be_visible()
    assert (await read_slot(admin_api, slot["id"]))["has_own_password"] is True
    await press(page, page.get_by_role("button", name="Remove the slot's password"))
    await save(page)
    await is_saved(page, 3)
    assert (await read_slot(admin_api, slot["id"]))["has_own_password"] is False


async def test_a_viewer_reads_everything_but_the_prompt_and_changes_nothing(
    browsing: Browsing, admin_api: aiohttp.ClientSession
) -> None:
    slot = await make_slot(admin_api)
    status, made = await ask(admin_api, "POST", "/api/v1/users", {"login": slot["id"], "role": "viewer"})
    assert status == 201, made
    state = await browsing.log_in(slot["id"], made["one_time_password"])
    window = await browsing.window(who=state)
    change = {"current_password": made["one_time_password"], "new_password": "a few words to remember"}
    answer = await window.context.request.put(
        "/api/v1/session/password", data=change | {"end_tokens": False}, headers={"X-PhotoChanger-Request": "1"}
    )
    assert answer.ok, await answer.text()

    await window.goto(f"/slots/{slot['id']}")

    await expect(window.get_by_text("Prompts and parameters are shown to administrators only.")).to_be_visible()
    await expect(name_field(window)).to_be_disabled()
    await expect(window.get_by_role("button", name="Save")).to_have_count(0)
    await expect(window.get_by_role("tab", name="Try")).to_have_count(0)
    await no_axe_violations(window)
