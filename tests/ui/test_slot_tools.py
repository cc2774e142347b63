"""A slot's test run, its booth's connection, its history: what an administrator does between typing and shooting."""

import re
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from photochanger.domain.job import JobStatus
from tests.booth_pictures import jpeg_photograph
from tests.dslr_client import Shot, shoot
from tests.e2e.product import Product
from tests.job_rows import new_slot
from tests.ui.browsing import Browsing
from tests.ui.checks import whole_in_every_look
from tests.ui.keyboard import choose_file, open_tab, press, type_into
from tests.ui.slots_by_api import change_slot, make_slot, read_slot

#: A photo comes, goes through everything, and is told on the page.
PHOTO_MS = 15_000
OWN_PASSWORD = "evening-2026"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as somebody has it on the computer."""
    file = tmp_path / "IMG_0003.JPG"
    file.write_bytes(jpeg_photograph())
    return file


async def slot_with_prompt(admin_api: aiohttp.ClientSession, prompt: str) -> str:
    """Make a slot and give its id."""
    return str((await make_slot(admin_api, params={"prompt": prompt}))["id"])


async def changed(admin_api: aiohttp.ClientSession, slot_id: str, **settings: object) -> None:
    """Save the slot's next version."""
    await change_slot(admin_api, await read_slot(admin_api, slot_id), **settings)


async def try_out(page: Page, photo: Path) -> None:
    """Run the photo through the settings as they stand in the form, by keyboard."""
    await open_tab(page, "Try")
    run = page.get_by_role("button", name="Run test")
    await expect(run).to_be_visible()
    if await run.is_disabled():
        await choose_file(page, page.get_by_role("button", name="Choose a photo"), photo)
        await expect(run).to_be_enabled()
    await press(page, run)


async def test_a_wrong_prompt_is_put_right_by_test_runs_by_keyboard_before_it_is_saved(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession, photo: Path
) -> None:
    page, slot_id = browser_page, await slot_with_prompt(admin_api, "in oil [sandbox:image_safety]")
    await page.goto(f"/slots/{slot_id}?tab=try")

    await try_out(page, photo)

    refusal = page.get_by_role("alert").filter(has_text="Provider refused")
    await expect(refusal).to_contain_text("violated Google's Generative AI Prohibited Use policy", timeout=PHOTO_MS)
    await expect(refusal).to_contain_text("make the prompt milder")

    await open_tab(page, "Settings")
    await type_into(page, page.get_by_role("textbox", name=re.compile("^Prompt")), f"in oil {slot_id}")
    await try_out(page, photo)

    slider = page.get_by_role("slider", name="Compare before and after")
    await expect(slider).to_have_value("50", timeout=PHOTO_MS)
    await press(page, slider, "ArrowRight")
    await expect(slider).to_have_value("51")
    for alt in ("The photo as it was", "The picture that came back"):
        assert (
            await page.get_by_alt_text(alt).evaluate(
                "async (picture) => (await picture.decode(), picture.naturalWidth)"
            )
            > 0
        )
    await expect(page.get_by_role("table", name="Steps of this test run")).to_contain_text("Provider: gemini")
    await expect(page.get_by_text("Other than in try 1: Prompt")).to_be_visible()
    assert (await read_slot(admin_api, slot_id))["version"] == 1, "a test run saves nothing"
    calls = await product.calls(new_slot(id=slot_id))
    assert [call["prompt"] for call in calls] == [f"in oil {slot_id}"]


async def test_a_try_is_repeated_by_keyboard_with_the_settings_it_had(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession, photo: Path
) -> None:
    page, slot_id = browser_page, await slot_with_prompt(admin_api, "in oil")
    await page.goto(f"/slots/{slot_id}")
    prompt = page.get_by_role("textbox", name=re.compile("^Prompt"))
    await type_into(page, prompt, f"first {slot_id}")
    await try_out(page, photo)
    await expect(page.get_by_role("slider")).to_be_visible(timeout=PHOTO_MS)
    await open_tab(page, "Settings")
    await type_into(page, prompt, f"second {slot_id}")
    await open_tab(page, "Try")

    await press(page, page.get_by_role("button", name="Try again"))

    await expect(page.get_by_text("The same settings as in try 1")).to_be_visible(timeout=PHOTO_MS)
    calls = await product.calls(new_slot(id=slot_id))
    assert [call["prompt"] for call in calls] == [f"first {slot_id}"] * 2


async def test_a_test_run_cancelled_by_keyboard_ends_its_job(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession, photo: Path
) -> None:
    page, slot_id = browser_page, await slot_with_prompt(admin_api, "in oil [sandbox:slow=25]")
    await page.goto(f"/slots/{slot_id}?tab=try")
    await try_out(page, photo)
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.get_by_text(re.compile("^[1-9] s of 48 s"))).to_be_visible()

    await press(page, page.get_by_role("button", name="Cancel"))

    await expect(page.get_by_text("You cancelled this test run").first).to_be_visible()
    [job] = await product.rows_of(new_slot(id=slot_id))
    ended = await product.row_when(job.id, lambda row: row.is_finalized, seconds=5)
    assert ended.status is JobStatus.CANCELLED


async def test_the_card_turns_green_when_the_booths_first_photo_comes(browser_page: Page, product: Product) -> None:
    page, slot = browser_page, await product.slot("slow=1")
    await page.goto(f"/slots/{slot.id}?tab=connect")
    await expect(page.get_by_text("Waiting for the booth's first photo")).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of the link for the booth")).to_be_visible()
    await expect(page.get_by_text("A booth on another computer cannot reach this address")).to_be_visible()
    url, timeout = page.get_by_text(product.ingest(slot), exact=True), page.get_by_text("53", exact=True)
    await expect(url).to_be_visible()
    await expect(timeout).to_be_visible()

    answer = await product.shoot(slot, jpeg_photograph())

    assert answer.status == 200
    received = page.get_by_role("alert").filter(has_text="Photo received")
    await expect(received).to_contain_text("From the booth DESKTOP-ABC1234", timeout=2_000)
    await expect(received).to_contain_text(re.compile(r"Done in [\d.]+ sec: the booth has its picture"))
    await page.get_by_role("button", name="Wait for the next one").click()
    await expect(page.get_by_text("Waiting for the booth's first photo")).to_be_visible()


async def test_the_card_says_in_plain_words_why_a_photo_did_not_come_back(browser_page: Page, product: Product) -> None:
    page, slot = browser_page, await product.slot("image_safety")
    await page.goto(f"/slots/{slot.id}?tab=connect")
    await expect(page.get_by_text("Waiting for the booth's first photo")).to_be_visible()

    answer = await product.shoot(slot, jpeg_photograph())

    assert answer.status == 502
    received = page.get_by_role("alert").filter(has_text="Photo received")
    await expect(received).to_contain_text("The connection works, but no picture came back.", timeout=2_000)
    await expect(received).to_contain_text("safety rules do not let this photo or prompt through")


async def test_an_old_version_is_compared_and_brought_back_by_keyboard_alone_and_the_password_stays(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    page, slot_id = browser_page, await slot_with_prompt(admin_api, "an oil painting in warm light")
    changes = {"params": {"prompt": "an oil painting in cold light"}, "ingest_password": OWN_PASSWORD}
    await changed(admin_api, slot_id, comment="As the couple asked for", **changes)
    await page.goto(f"/slots/{slot_id}?tab=history")
    newest = page.get_by_role("listitem").filter(has_text="Version 2")
    await expect(newest).to_contain_text("Changed: Prompt, Booth password")
    await expect(newest).to_contain_text("As the couple asked for")
    await expect(page.locator("del")).to_have_text("warm")
    await expect(page.locator("ins")).to_have_text("cold")

    await press(page, page.get_by_role("button", name="Bring back version 1"))
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text("This changes: Prompt.")
    await expect(question).to_contain_text("The booth password stays as it is now.")
    await press(page, question.get_by_role("button", name="Bring back", exact=True))

    await expect(page.get_by_role("listitem").filter(has_text="Version 3")).to_contain_text("Back to version 1")
    saved = await read_slot(admin_api, slot_id)
    assert saved["params"]["prompt"] == "an oil painting in warm light"
    answer = await shoot(product.ingest(slot_id), Shot.captured(jpeg_photograph(), OWN_PASSWORD))
    assert answer.status == 200


async def test_a_version_is_not_brought_back_by_keyboard_over_what_somebody_saved_meanwhile(
    browser_page: Page, admin_api: aiohttp.ClientSession
) -> None:
    page, slot_id = browser_page, await slot_with_prompt(admin_api, "first")
    await changed(admin_api, slot_id, params={"prompt": "second"})
    await page.goto(f"/slots/{slot_id}?tab=history")
    await press(page, page.get_by_role("button", name="Bring back version 1"))
    await changed(admin_api, slot_id, params={"prompt": "third"})

    await press(page, page.get_by_role("dialog").get_by_role("button", name="Bring back", exact=True))

    await expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    saved = await read_slot(admin_api, slot_id)
    assert saved["params"]["prompt"] == "third"


async def test_everybody_can_read_and_use_the_test_run(
    browsing: Browsing, admin_api: aiohttp.ClientSession, photo: Path
) -> None:
    slot_id = await slot_with_prompt(admin_api, "in oil")

    async def ready(page: Page) -> None:
        await page.locator("input[type=file]").first.set_input_files(photo)
        await page.get_by_role("button", name=re.compile("^(Run test|Пробный запуск)$")).click()
        await expect(page.get_by_role("slider")).to_be_visible(timeout=PHOTO_MS)
        await expect(page.get_by_role("table")).to_be_visible()

    await whole_in_every_look(browsing, f"/slots/{slot_id}?tab=try", ready, name="slot-try")


async def test_everybody_can_read_and_use_the_card_of_the_booth(browsing: Browsing, product: Product) -> None:
    slot = await product.slot("image_safety")
    await product.shoot(slot, jpeg_photograph())

    async def ready(page: Page) -> None:
        await expect(
            page.get_by_role("alert").filter(has_text=re.compile("Photo received|Фото получено"))
        ).to_be_visible()
        await expect(page.get_by_role("img", name=re.compile("QR"))).to_be_visible()

    await whole_in_every_look(browsing, f"/slots/{slot.id}?tab=connect", ready, name="slot-connect")


async def test_everybody_can_read_and_use_the_history(browsing: Browsing, admin_api: aiohttp.ClientSession) -> None:
    slot_id = await slot_with_prompt(admin_api, "an oil painting in warm light")
    await changed(admin_api, slot_id, params={"prompt": "an oil painting in cold light", "seed": 7})

    async def ready(page: Page) -> None:
        await expect(page.locator("ins").first).to_be_visible()
        await expect(page.get_by_text(re.compile("Changed: |Изменено: "))).to_be_visible()

    await whole_in_every_look(browsing, f"/slots/{slot_id}?tab=history", ready, name="slot-history")
