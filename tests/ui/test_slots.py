"""Slots: one made and photographed with, the list and what it does to a whole slot, files, template pictures."""

import base64
import json
import re
import uuid
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests.admin_people import ask
from tests.booth_pictures import jpeg_photograph
from tests.dslr_client import Shot, shoot
from tests.e2e.product import Product
from tests.photos import camera_jpeg
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations, whole_in_every_look
from tests.ui.keyboard import choose_file, choose_item, open_tab, press, tab_to, type_into
from tests.ui.looks import Look
from tests.ui.slots_by_api import make_slot, read_slot

#: A picture as it is dragged from a folder or copied there.
_CARRIED = """
([picture, name]) => {
  const carried = new DataTransfer();
  const bytes = Uint8Array.from(atob(picture), (byte) => byte.charCodeAt(0));
  carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  return carried;
}
"""
_PASTE = """
(clipboardData) =>
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
"""
#: What the product promises of a picture that is new, from the booth's answer on.
AT_ONCE_MS = 1_000


@pytest.fixture
def style(tmp_path: Path) -> Path:
    """A style picture as somebody has it on the computer."""
    file = tmp_path / "oil.jpg"
    file.write_bytes(camera_jpeg(600, 400))
    return file


async def test_a_slot_with_a_template_is_made_by_keyboard_and_its_link_brings_pictures_at_once(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession, style: Path
) -> None:
    page, name = browser_page, f"Вечер {uuid.uuid4().hex[:8]}"
    await page.goto("/slots")
    await press(page, page.get_by_role("link", name="New slot"))

    await type_into(page, page.get_by_role("textbox", name="Name"), name)
    await expect(page.get_by_role("textbox", name="Id", exact=True)).to_have_value(name.replace("Вечер ", "vecher-"))
    await tab_to(page, page.get_by_role("combobox", name="Operation").first)
    await page.keyboard.type("Style")
    await type_into(page, page.get_by_role("textbox", name="Prompt"), "in the style of the second picture")
    zone = page.get_by_role("group", name="Style")
    await choose_file(page, zone.get_by_role("button", name="Choose a file"), style)
    await expect(zone.get_by_role("img", name="oil.jpg")).to_be_visible()
    await press(page, page.get_by_role("button", name="Create"))
    await page.wait_for_url(re.compile(r"/slots/vecher-\w+\?tab=connect"))
    slot_id = page.url.split("/slots/")[1].split("?")[0]
    saved = await read_slot(admin_api, slot_id)
    assert [use["role"] for use in saved["template_media"]] == ["style"]
    assert (saved["name"], saved["operation"]) == (name, "style_transfer")

    link = page.get_by_text(re.compile(rf"^http://\S+/ingest/{slot_id}$")).first
    url = await link.inner_text()
    await open_tab(page, "Recent", by="Tab")
    await expect(page.get_by_text("No pictures yet")).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.evaluate("window.isTheSamePage = true")
    answer = await shoot(url, Shot.captured(jpeg_photograph(), product.stack.ingest_password))

    assert answer.status == 200
    picture = page.locator(f'[data-picture="{answer.headers["x-job-id"]}"]')
    await expect(picture).to_be_visible(timeout=AT_ONCE_MS)
    await expect(picture.get_by_role("img")).to_have_js_property("complete", value=True)
    assert await picture.get_by_role("img").evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0
    assert await page.evaluate("window.isTheSamePage")


async def test_a_slot_is_found_cloned_switched_off_and_deleted_by_keyboard(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto("/slots")
    await type_into(page, page.get_by_role("searchbox", name="Find a slot"), slot["id"])
    rows = page.get_by_role("row").filter(has_text=slot["id"])
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("row")).to_have_count(2)

    await choose_item(page, rows.get_by_role("button", name=f"Actions for {slot['name']}"), "Clone")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("textbox", name="Id", exact=True)).to_have_value(f"{slot['id']}-copy")
    await no_axe_violations(page)
    await press(page, dialog.get_by_role("button", name="Clone"))
    await page.wait_for_url(f"**/slots/{slot['id']}-copy")
    assert (await read_slot(admin_api, f"{slot['id']}-copy"))["params"] == slot["params"]

    actions = page.get_by_role("button", name=f"Actions for {slot['name']} (copy)")
    await choose_item(page, actions, "Switch off")
    await expect(dialog).to_contain_text("Photos in work are cancelled")
    await expect(dialog).to_contain_text("0 photos are in work now.")
    await press(page, dialog.get_by_role("button", name="Switch off"))
    await expect(page.get_by_role("main").get_by_text("off", exact=True)).to_be_visible()
    assert (await read_slot(admin_api, f"{slot['id']}-copy"))["is_active"] is False

    await choose_item(page, actions, "Delete")
    await expect(dialog).to_contain_text(f"/ingest/{slot['id']}-copy")
    await expect(dialog).to_contain_text("0 finished pictures keep their links")
    await no_axe_violations(page)
    await press(page, dialog.get_by_role("button", name="Delete"))
    await page.wait_for_url("**/slots")
    await tab_to(page, page.get_by_role("searchbox", name="Find a slot"))
    assert (await ask(admin_api, "GET", f"/api/v1/slots/{slot['id']}-copy"))[0] == 404


async def test_slots_leave_as_a_file_and_come_back_after_a_look_at_what_that_would_do(
    browser_page: Page, admin_api: aiohttp.ClientSession, tmp_path: Path
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto("/slots")
    await page.get_by_role("button", name="Files").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Export without pictures").click()
    content = json.loads(Path(await (await download.value).path()).read_text())
    content["slots"] = [{**one, "name": "Renamed"} for one in content["slots"] if one["id"] == slot["id"]]
    content["pictures"] = []
    file = tmp_path / "slots.json"
    file.write_text(json.dumps(content))

    await page.get_by_role("button", name="Files").click()
    await page.get_by_role("menuitem", name="Import").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.get_by_text("taken", exact=True)).to_be_visible()
    await expect(dialog.get_by_role("button", name="Import")).to_be_disabled()
    await dialog.get_by_role("combobox").select_option("Change the one here")
    await expect(dialog.get_by_text("Changes: name")).to_be_visible()
    await no_axe_violations(page)
    assert (await read_slot(admin_api, slot["id"]))["version"] == 1
    await dialog.get_by_role("button", name="Import").click()

    await expect(page.get_by_text("1 slot imported")).to_be_visible()
    assert (await read_slot(admin_api, slot["id"]))["name"] == "Renamed"


async def test_a_template_picture_is_uploaded_and_deleted_only_after_its_slots_were_named(
    browser_page: Page, admin_api: aiohttp.ClientSession, tmp_path: Path
) -> None:
    name = f"style-{uuid.uuid4().hex[:8]}.jpg"
    (tmp_path / name).write_bytes(camera_jpeg(600, 400))
    page = browser_page
    await page.goto("/templates")
    await page.locator("input[type=file]").set_input_files(tmp_path / name)
    card = page.get_by_role("listitem").filter(has_text=name)
    await expect(card).to_contain_text("Not used")
    media_id = str(await card.get_by_role("img").get_attribute("src")).split("/")[-2]
    slot = await make_slot(admin_api, template_media=[{"role": "reference", "media_id": media_id}])
    await page.reload()

    await expect(card).to_contain_text("Used by 1 slot:")
    await card.get_by_role("button", name=f"Remove {name}").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(slot["id"])
    await dialog.get_by_role("button", name="Delete it from these slots").click()

    await expect(card).to_have_count(0)
    assert (await read_slot(admin_api, slot["id"]))["template_media"] == []


async def test_template_pictures_are_dropped_on_their_role_and_pasted_into_it(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot = browser_page, await make_slot(admin_api)
    await page.goto(f"/slots/{slot['id']}")
    zone = page.get_by_role("group", name="Reference")
    picture = base64.b64encode(camera_jpeg(600, 400)).decode()

    dropped = await page.evaluate_handle(_CARRIED, [picture, "dropped.jpg"])
    await zone.dispatch_event("dragover", {"dataTransfer": dropped})
    await expect(zone).to_have_css("outline-style", "dashed")
    await zone.dispatch_event("drop", {"dataTransfer": dropped})
    await expect(zone.get_by_role("img", name="dropped.jpg")).to_be_visible()
    await expect(zone).not_to_have_css("outline-style", "dashed")
    await zone.get_by_role("button", name="Remove dropped.jpg").click()
    await zone.get_by_role("button", name="Choose a file").focus()
    await page.evaluate(_PASTE, await page.evaluate_handle(_CARRIED, [picture, "pasted.jpg"]))
    await expect(zone.get_by_role("img", name="pasted.jpg")).to_be_visible()

    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved as version 2")).to_be_visible()
    assert [use["role"] for use in (await read_slot(admin_api, slot["id"]))["template_media"]] == ["reference"]


async def shows(page: Page, text: str) -> None:
    await expect(page.get_by_text(text).first).to_be_visible()


async def test_the_list_is_whole_in_every_look(browsing: Browsing, admin_api: aiohttp.ClientSession) -> None:
    slot = await make_slot(admin_api)

    await whole_in_every_look(browsing, f"/slots?q={slot['id']}", lambda page: shows(page, slot["id"]), name="slots")


async def test_the_editor_is_whole_in_every_look(browsing: Browsing, admin_api: aiohttp.ClientSession) -> None:
    slot = await make_slot(admin_api)

    await whole_in_every_look(browsing, f"/slots/{slot['id']}", lambda page: shows(page, "in oil"), name="slot")


async def test_a_new_slot_and_recent_pictures_and_templates_are_whole_on_a_phone(
    browsing: Browsing, admin_api: aiohttp.ClientSession
) -> None:
    slot = await make_slot(admin_api)

    page = await browsing.window(Look("ru", "dark", 360))
    for path in ("/slots/new", f"/slots/{slot['id']}?tab=recent", "/templates"):
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await page.wait_for_timeout(500)
        await no_axe_violations(page)
