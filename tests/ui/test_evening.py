"""An evening: what goes wrong is seen at a glance, told in plain words, and mended from the start page."""

import asyncio
import re
import time

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from photochanger.domain.slot import Operation, Route, Slot
from photochanger.domain.user import Role
from tests.admin_people import ask
from tests.dslr_client import Answer
from tests.e2e.product import Product
from tests.photos import camera_jpeg
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations, whole_in_every_look
from tests.ui.keyboard import press, tab_to
from tests.ui.looks import Look
from tests.ui.users_by_api import PASSWORD, make_user

#: What the product promises of a photo that is new.
AT_ONCE_MS = 1_000
#: For a page with everything on it, on a busy machine.
LOADED_MS = 10_000
#: A pause and its end are in force everywhere so long after the API said so.
IN_FORCE_SECONDS = 2
DROPS_SECONDS = 30
PHOTO = camera_jpeg(900, 600)
PHONE = Look(width=360)
TURBOTEXT = Route(provider="turbotext", operation=Operation.IMAGE_EDIT, params={"prompt": "the fallback's"})


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def well(product: Product) -> None:
    """No provider is shut because of what an earlier test let fail."""
    await product.forget_failures()


def job_of(answer: Answer) -> str:
    return answer.headers["x-job-id"]


def row(page: Page, job_id: str) -> Locator:
    """The photo in the list."""
    return page.locator(f'[data-job="{job_id}"]')


async def shown_slot(page: Page, slot: Slot) -> Locator:
    """The slot on the start page, which shows a few until it is asked for all."""
    await expect(
        page.get_by_role("heading", name="Slots").or_(page.get_by_role("heading", name="Слоты"))
    ).to_be_visible(timeout=LOADED_MS)
    more = page.get_by_role("button", name=re.compile("^(Show all|Показать все)"))
    if await more.count():
        await press(page, more)
    shown = page.locator(f'[data-slot="{slot.id}"]')
    await expect(shown).to_be_visible()
    return shown


async def open_list(page: Page, slot: Slot, count: int) -> None:
    await page.goto(f"/jobs?slot={slot.id}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await expect(page.locator("[data-job]")).to_have_count(count)


async def running_job(product: Product, slot: Slot) -> str:
    """Wait until a photo of the slot is at its provider."""
    async with asyncio.timeout(5):
        # an attempt is there before a worker has taken it
        while not (jobs := await product.rows_of(slot)) or not any(attempt.started for attempt in jobs[0].attempts):
            await asyncio.sleep(0.1)
    return jobs[0].id


async def slot_now(admin_api: aiohttp.ClientSession, slot: Slot) -> dict[str, object]:
    status, shown = await ask(admin_api, "GET", f"/api/v1/slots/{slot.id}")
    assert status == 200
    return dict(shown)


async def test_gemini_is_slow_and_the_slot_is_switched_by_keyboard_to_its_fallback_and_back(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    slot = await product.slot("slow=5", fallbacks=(TURBOTEXT,), sync_response_seconds=12)
    slow = await asyncio.gather(*(product.shoot(slot, PHOTO) for _ in range(3)))
    assert [answer.status for answer in slow] == [200] * 3

    await browser_page.goto("/")
    told = browser_page.get_by_text(re.compile(f"“{slot.name}” is slow: half of its photos take more than 5"))
    await expect(told).to_be_visible()
    await press(browser_page, browser_page.get_by_role("button", name=f"Switch to Turbotext: {slot.name}").first)
    question = browser_page.get_by_role("dialog")
    await expect(question).to_contain_text("Google Gemini becomes the fallback")
    await press(browser_page, question.get_by_role("button", name="Switch to Turbotext"))
    await expect(browser_page.get_by_text(f"“{slot.name}” now goes to Turbotext first.")).to_be_visible()
    await expect(told).to_be_hidden()

    next_photo = await product.shoot(slot, PHOTO)
    assert [attempt.provider for attempt in (await product.row(job_of(next_photo))).attempts] == ["turbotext"]
    await press(browser_page, browser_page.get_by_role("button", name="Undo"))
    await expect(browser_page.get_by_text(f"“{slot.name}” goes to Google Gemini first again.")).to_be_visible()
    assert (await slot_now(admin_api, slot))["provider"] == "gemini"
    await tab_to(browser_page, browser_page.get_by_role("link", name=slot.name).first)


async def test_a_slot_is_paused_by_keyboard_after_saying_what_is_lost_and_takes_photos_again(
    browser_page: Page, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    slot = await product.slot("slow=20", sync_response_seconds=30)
    shooting = asyncio.create_task(product.shoot(slot, PHOTO))
    await running_job(product, slot)

    await browser_page.goto("/")
    shown = await shown_slot(browser_page, slot)
    await press(browser_page, shown.get_by_role("button", name=f"Switch off: {slot.name}"))
    question = browser_page.get_by_role("dialog", name=f"Switch {slot.name} off?")
    await expect(question).to_contain_text("1 photo in work will be cancelled")
    await press(browser_page, question.get_by_role("button", name="Switch off"))

    assert ((answer := await shooting).status, answer.code) == (503, "job_cancelled")
    await expect(shown.get_by_text("off", exact=True)).to_be_visible()
    await press(browser_page, browser_page.get_by_role("button", name="Undo"))
    await expect(browser_page.get_by_text(f"{slot.name} takes photos")).to_be_visible()
    assert (await slot_now(admin_api, slot))["is_active"] is True


async def test_an_operator_keeps_photos_from_a_provider_by_keyboard_and_lets_them_go_on(
    browsing: Browsing, product: Product, admin_api: aiohttp.ClientSession
) -> None:
    slot = await product.slot(fallbacks=(TURBOTEXT,))
    page = await browsing.window(who=await browsing.log_in(await make_user(admin_api, Role.OPERATOR), PASSWORD))
    await page.goto("/")
    await expect(page.get_by_role("button", name=f"Switch off: {slot.name}")).to_have_count(0)

    await press(page, page.get_by_role("button", name="Pause Google Gemini").last)
    await press(page, page.get_by_role("dialog").get_by_role("button", name="Pause Google Gemini"))
    await expect(page.get_by_text("Google Gemini gets no new photos.")).to_be_visible()
    try:
        await expect(page.get_by_text("Google Gemini is paused: the slots that use it go on")).to_be_visible()
        await press(page, page.get_by_role("button", name="Undo"))
        await expect(page.get_by_text("Google Gemini gets photos again.")).to_be_visible()
    finally:
        await ask(admin_api, "DELETE", "/api/v1/providers/gemini/pause")
        await asyncio.sleep(IN_FORCE_SECONDS)


async def test_a_photo_that_failed_is_opened_by_keyboard_and_says_why_in_plain_words(
    browser_page: Page, product: Product
) -> None:
    slot = await product.slot("safety")
    answer = await product.shoot(slot, PHOTO)
    assert answer.status == 502

    await open_list(browser_page, slot, 1)
    failed = row(browser_page, job_of(answer))
    await expect(failed).to_contain_text("Google GeminiProvider refused")
    await press(browser_page, failed.get_by_role("link"))

    await expect(browser_page.get_by_text("safety rules do not let this photo or prompt through")).to_be_visible()
    await expect(browser_page.get_by_text("Shoot another photo.")).to_be_visible()
    await expect(browser_page.get_by_text("The booth got 502 provider_refused.")).to_be_visible()
    attempts = browser_page.get_by_role("region", name="Attempts")
    await expect(attempts).to_contain_text("1. Google Gemini: refused")
    await expect(attempts.get_by_role("blockquote")).to_contain_text("SAFETY")
    await no_axe_violations(browser_page)


async def test_a_photo_is_in_the_list_as_it_comes_and_as_it_ends(browser_page: Page, product: Product) -> None:
    slot = await product.slot("slow=2")
    await browser_page.goto(f"/jobs?slot={slot.id}")
    await expect(browser_page.get_by_text("Nothing fits all filters together.")).to_be_visible()
    await expect(browser_page.get_by_text("Live", exact=True)).to_be_visible()

    shooting = asyncio.create_task(product.shoot(slot, PHOTO))
    job_id = await running_job(product, slot)
    # a photo's beginning is told up to 0.5 s late, its end at once (docs/live-events.md)
    await expect(row(browser_page, job_id)).to_contain_text("in work", timeout=AT_ONCE_MS + 500)
    answer = await shooting

    assert answer.status == 200
    await expect(row(browser_page, job_id)).to_contain_text("done", timeout=AT_ONCE_MS)


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=str)
async def test_a_new_photo_moves_nothing_that_somebody_reads_and_is_reached_by_keyboard(
    browser_page: Page, product: Product
) -> None:
    slot = await product.slot()
    earlier = await asyncio.gather(*(product.shoot(slot, PHOTO) for _ in range(10)))
    await open_list(browser_page, slot, len(earlier))
    await browser_page.evaluate("window.scrollTo(0, 400)")
    last = browser_page.locator("[data-job]").last
    before = await last.bounding_box()

    answer = await product.shoot(slot, PHOTO)
    news = browser_page.get_by_role("button", name="1 new photo")
    await expect(news).to_be_visible(timeout=AT_ONCE_MS)

    assert await last.bounding_box() == before
    await expect(row(browser_page, job_of(answer))).to_have_count(0)
    await press(browser_page, news)
    await expect(row(browser_page, job_of(answer))).to_be_in_viewport()
    await tab_to(browser_page, row(browser_page, job_of(answer)).get_by_role("link"))


async def test_older_photos_come_by_keyboard_behind_those_that_are_there(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    answer = await product.shoot(slot, PHOTO)
    jobs = product.mongo.database["jobs"]
    [document] = await jobs.find({"_id": job_of(answer)}).to_list(1)
    copies = [
        {**document, "_id": f"{job_of(answer)[:-4]}{number:04x}", "public_id": f"{number}"} for number in range(60)
    ]
    await jobs.insert_many(copies)

    await open_list(browser_page, slot, 50)
    await press(browser_page, browser_page.get_by_role("button", name="Show older ones"))

    await expect(browser_page.locator("[data-job]")).to_have_count(61)
    await expect(browser_page.get_by_role("button", name="Show older ones")).to_have_count(0)
    await tab_to(browser_page, browser_page.locator("[data-job]").nth(50).get_by_role("link"))
    await jobs.delete_many({"_id": {"$in": [copy["_id"] for copy in copies]}})


async def test_a_connection_that_drops_comes_back_by_itself_and_the_list_goes_on_by_keyboard(
    browser_page: Page, browsing: Browsing, product: Product
) -> None:
    browsing.complaints.expect("ERR_INTERNET_DISCONNECTED|ERR_NETWORK|Failed to load resource: net::")
    slot = await product.slot()
    await browser_page.goto(f"/jobs?slot={slot.id}")
    await expect(browser_page.get_by_text("Live", exact=True)).to_be_visible()
    await browser_page.evaluate("window.isTheSamePage = true")
    await tab_to(browser_page, browser_page.get_by_role("main").get_by_role("combobox").first)

    await browser_page.context.set_offline(True)
    banner = browser_page.get_by_text("No connection to the server")
    await expect(banner).to_be_visible()
    answer = await product.shoot(slot, PHOTO)
    await asyncio.sleep(DROPS_SECONDS)
    await browser_page.context.set_offline(False)

    await expect(row(browser_page, job_of(answer))).to_contain_text("done")
    await expect(banner).to_be_hidden()
    await expect(browser_page.get_by_text("Live", exact=True)).to_be_visible()
    await press(browser_page, row(browser_page, job_of(answer)).get_by_role("link"))
    await expect(browser_page).to_have_url(re.compile(f"/jobs/{job_of(answer)}$"))
    assert await browser_page.evaluate("window.isTheSamePage")


async def test_a_running_photo_is_cancelled_by_keyboard_on_its_page(browser_page: Page, product: Product) -> None:
    slot = await product.slot("slow=20", sync_response_seconds=30)
    began = time.monotonic()
    shooting = asyncio.create_task(product.shoot(slot, PHOTO))
    await browser_page.goto(f"/jobs/{await running_job(product, slot)}")
    await expect(browser_page.get_by_text(re.compile("A provider works on it"))).to_be_visible()

    await press(browser_page, browser_page.get_by_role("button", name="Cancel photo"))
    await press(browser_page, browser_page.get_by_role("dialog").get_by_role("button", name="Cancel photo"))

    await expect(browser_page.get_by_text("Somebody cancelled this photo")).to_be_visible()
    answer = await shooting
    assert (answer.status, answer.code) == (503, "job_cancelled")
    assert time.monotonic() - began < 15
    await expect(browser_page.get_by_role("button", name="Cancel photo")).to_have_count(0)


async def test_everybody_can_read_and_use_the_start_page(browsing: Browsing, product: Product) -> None:
    slot = await product.slot(fallbacks=(TURBOTEXT,))
    await product.shoot(slot, PHOTO)

    async def ready(page: Page) -> None:
        await shown_slot(page, slot)
        await expect(page.locator("section ol li").first).to_be_attached(timeout=LOADED_MS)

    await whole_in_every_look(browsing, "/", ready, name="today")


async def test_everybody_can_read_and_use_the_list_of_photos(browsing: Browsing, product: Product) -> None:
    slot = await product.slot("safety")
    answer = await product.shoot(slot, PHOTO)
    await whole_in_every_look(
        browsing, f"/jobs?slot={slot.id}", lambda page: expect(row(page, job_of(answer))).to_be_visible(), name="jobs"
    )


async def test_everybody_can_read_and_use_the_page_of_a_photo(browsing: Browsing, product: Product) -> None:
    answer = await product.shoot(await product.slot(), PHOTO)
    await whole_in_every_look(
        browsing,
        f"/jobs/{job_of(answer)}",
        lambda page: expect(page.get_by_role("img", name=re.compile("QR")).first).to_be_visible(timeout=LOADED_MS),
        name="job",
    )


async def test_statistics_tell_what_booths_got_and_can_be_sorted_and_taken_away(
    browser_page: Page, product: Product
) -> None:
    fine, refused = await product.slot(), await product.slot("safety")
    await asyncio.gather(*(product.shoot(slot, PHOTO) for slot in (fine, fine, refused)))
    await browser_page.goto("/statistics?window=5m")
    slots = browser_page.get_by_role("table", name="Slots", exact=True)
    await expect(slots.get_by_role("row", name=fine.name)).to_contain_text("100%")
    await expect(slots.get_by_role("row", name=refused.name)).to_contain_text("0%")

    await slots.get_by_role("button", name="Came back").press("Enter")
    shares = slots.get_by_role("columnheader", name="Came back")
    await expect(shares).to_have_attribute("aria-sort", "descending")
    await slots.get_by_role("button", name="Came back").press("Enter")
    await expect(shares).to_have_attribute("aria-sort", "ascending")
    await expect(slots.locator("tbody tr").first).to_contain_text("0%")
    async with browser_page.expect_download() as downloading:
        await browser_page.get_by_role("link", name="Download CSV").click()
    csv = (await (await downloading.value).path()).read_text()
    assert re.search(rf"^slot,{fine.id},2,2,0,", csv, re.MULTILINE)

    await browser_page.get_by_label("Slot or provider").select_option(f"slot:{refused.id}")
    await expect(browser_page).to_have_url(re.compile(f"slot={refused.id}"))
    failures = browser_page.get_by_role("table", name="Failures")
    await expect(failures.locator("tbody tr")).to_have_count(1)
    await expect(failures).to_contain_text("502 provider_refused")
    await browser_page.get_by_role("button", name="As a table: Photos and how they ended").press("Enter")
    numbers = browser_page.get_by_role("table", name="Photos and how they ended")
    await expect(numbers.get_by_role("row").last).to_be_attached()
    assert (await numbers.inner_text()).count("Refused") == 1


async def test_everybody_can_read_and_use_the_statistics(browsing: Browsing, product: Product) -> None:
    slot = await product.slot()
    await product.shoot(slot, PHOTO)

    async def ready(page: Page) -> None:
        await expect(page.locator(".recharts-surface").first).to_be_attached(timeout=LOADED_MS)

    await whole_in_every_look(browsing, f"/statistics?window=5m&slot={slot.id}", ready, name="statistics")
