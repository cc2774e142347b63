"""The gallery: pictures as they come, one guest's found and revoked, many taken away, and the page that guests see."""

import asyncio
import io
import re
import zipfile

import pytest
from playwright.async_api import Locator, Page, expect

from photochanger.domain.slot import Slot
from tests.booth_pictures import jpeg_photograph
from tests.dslr_client import Answer, Shot, shoot
from tests.e2e.product import Product
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations, whole_in_every_look
from tests.ui.keyboard import press, tab_to, type_into
from tests.ui.looks import Look

#: What the product promises of a picture that is new, from the booth's answer on.
AT_ONCE_MS = 1_000
#: The first view of a picture makes its preview.
PREVIEWS_MS = 15_000
PHONE = Look(width=360)
#: 12:12 on 12 December 2099 as it is typed, whatever order the browser has the parts of a date in.
FAR_AHEAD = [*"12122099", "ArrowRight", *"1212", "P"]


async def take(product: Product, slot: Slot, count: int = 1, *, booth: str = "BOOTH-1") -> list[Answer]:
    """Post photos as a booth of that name does; they are changed when this ends, in no order."""
    photo = Shot.captured(jpeg_photograph(), product.stack.ingest_password, fields={"name": booth})
    answers = await asyncio.gather(*(shoot(product.ingest(slot), photo) for _ in range(count)))
    assert [answer.status for answer in answers] == [200] * count
    return answers


def job_of(answer: Answer) -> str:
    return answer.headers["x-job-id"]


def card(page: Page, answer: Answer) -> Locator:
    """The picture in the list."""
    return page.locator(f'[data-picture="{job_of(answer)}"]')


def cards(page: Page) -> Locator:
    return page.locator("[data-picture]")


async def open_gallery(page: Page, slot: Slot, count: int) -> None:
    await page.goto(f"/gallery?slot={slot.id}")
    await expect(cards(page)).to_have_count(count)


async def shown_ids(page: Page) -> list[str]:
    ids: list[str] = await cards(page).evaluate_all("cards => cards.map((card) => card.dataset.picture)")
    return ids


async def test_a_booth_s_picture_appears_by_itself_within_a_second(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    await browser_page.goto(f"/gallery?slot={slot.id}")
    await expect(browser_page.get_by_text("Nothing found")).to_be_visible()
    await expect(browser_page.get_by_text("Live", exact=True)).to_be_visible()
    await browser_page.evaluate("window.isTheSamePage = true")

    for count in (1, 2):
        [answer] = await take(product, slot)
        await expect(card(browser_page, answer)).to_be_visible(timeout=AT_ONCE_MS)
        await expect(card(browser_page, answer).locator("img")).to_be_visible()
        assert await shown_ids(browser_page) == [job_of(answer), *(await shown_ids(browser_page))[1:]]
        await expect(cards(browser_page)).to_have_count(count)
    assert await browser_page.evaluate("window.isTheSamePage")


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=str)
async def test_a_new_picture_moves_nothing_that_somebody_looks_at(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    earlier = await take(product, slot, 8)
    await open_gallery(browser_page, slot, len(earlier))
    await browser_page.evaluate("window.scrollTo(0, 300)")
    last = browser_page.locator(f'[data-picture="{(await shown_ids(browser_page))[-1]}"]')
    before = await last.bounding_box()

    [answer] = await take(product, slot)
    news = browser_page.get_by_role("button", name="1 new picture")
    await expect(news).to_be_visible(timeout=AT_ONCE_MS)

    assert await last.bounding_box() == before
    await expect(card(browser_page, answer)).to_have_count(0)
    await news.click()
    await expect(card(browser_page, answer)).to_be_in_viewport()
    assert (await shown_ids(browser_page))[0] == job_of(answer)


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=str)
async def test_one_guest_s_picture_is_found_and_revoked_by_keyboard(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    [guest_s], _ = await asyncio.gather(take(product, slot, booth="GUEST-BOOTH"), take(product, slot, 2))
    await open_gallery(browser_page, slot, 3)
    await press(browser_page, browser_page.get_by_role("button", name="Filters"))

    await tab_to(browser_page, browser_page.get_by_label("From", exact=True))
    for key in FAR_AHEAD:
        await browser_page.keyboard.press(key)
    await expect(browser_page.get_by_text("Nothing found")).to_be_visible()
    await press(browser_page, browser_page.get_by_role("button", name="Clear filters").last)
    await expect(browser_page.get_by_text("Nothing found")).to_be_hidden()
    await type_into(browser_page, browser_page.get_by_role("combobox", name="Booth"), "GUEST-BOOTH")
    await expect(cards(browser_page)).to_have_count(1)
    await press(browser_page, browser_page.get_by_role("button", name="Clear filters"))
    await type_into(browser_page, browser_page.get_by_label("Photo's id"), job_of(guest_s)[:8])
    await expect(browser_page.get_by_text("Not a whole id")).to_be_visible()
    await type_into(browser_page, browser_page.get_by_label("Photo's id"), job_of(guest_s))
    await expect(browser_page).to_have_url(re.compile(rf"job={job_of(guest_s)}"))
    await expect(cards(browser_page)).to_have_count(1)

    await press(browser_page, browser_page.get_by_role("button", name=re.compile("^Details")))
    details = browser_page.get_by_role("dialog", name=re.compile("^Picture of"))
    await expect(details.get_by_role("link", name=job_of(guest_s))).to_be_visible()
    await expect(details.get_by_text("GUEST-BOOTH")).to_be_visible()
    await no_axe_violations(browser_page)
    await press(browser_page, details.get_by_role("button", name="Revoke"))
    question = browser_page.get_by_role("dialog", name=re.compile("^Revoke"))
    await expect(question).to_contain_text("cannot be undone")
    assert (await product.fetch(guest_s.headers["x-result-url"]))[0] == 200
    await press(browser_page, question.get_by_role("button", name="Revoke"))

    await expect(browser_page.get_by_text("Nothing found")).to_be_visible()
    assert (await product.fetch(guest_s.headers["x-result-url"]))[0] == 410
    await press(browser_page, browser_page.get_by_role("button", name="Clear filters").last)
    await expect(cards(browser_page).first).to_be_visible()


async def test_a_selection_made_by_keyboard_is_in_the_zip(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    answers = {job_of(answer): answer for answer in await take(product, slot, 4)}
    await open_gallery(browser_page, slot, 4)
    ids = await shown_ids(browser_page)

    await press(browser_page, browser_page.get_by_role("button", name="Select", exact=True))
    await tab_to(browser_page, cards(browser_page).first)
    await browser_page.keyboard.press("ArrowRight")
    await browser_page.keyboard.press("Space")
    await browser_page.keyboard.press("ArrowRight")
    await browser_page.keyboard.press("ArrowRight")
    await browser_page.keyboard.press("Shift+Space")
    bar = browser_page.get_by_role("region", name="Selected pictures")
    await expect(bar).to_contain_text("3 selected")
    await no_axe_violations(browser_page)
    async with browser_page.expect_download() as downloading:
        await press(browser_page, bar.get_by_role("button", name="Download ZIP"))
    download = await downloading.value

    assert re.fullmatch(r"photochanger-[0-9-]+\.zip", download.suggested_filename)
    with zipfile.ZipFile(io.BytesIO((await download.path()).read_bytes())) as archive:
        pictures = sorted(archive.read(name) for name in archive.namelist())
    assert pictures == sorted(answers[job_id].body for job_id in ids[1:])


async def test_what_a_filter_shows_is_taken_away_as_one_zip(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    answers = await take(product, slot, 2)
    await open_gallery(browser_page, slot, 2)

    async with browser_page.expect_download() as downloading:
        await browser_page.get_by_role("button", name="All as ZIP").click()
    download = await downloading.value

    with zipfile.ZipFile(io.BytesIO((await download.path()).read_bytes())) as archive:
        assert sorted(map(archive.read, archive.namelist())) == sorted(answer.body for answer in answers)


async def test_a_zip_that_is_refused_is_told_in_a_sentence(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    [answer] = await take(product, slot)
    await open_gallery(browser_page, slot, 1)
    await product.mongo.database["jobs"].update_one({"_id": job_of(answer)}, {"$set": {"result_key": None}})

    await browser_page.get_by_role("button", name="All as ZIP").click()

    await expect(browser_page.get_by_role("alert").filter(has_text="This is not there any more")).to_be_visible()


async def test_the_viewer_is_used_by_keyboard(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    await take(product, slot, 3)
    await open_gallery(browser_page, slot, 3)
    ids = await shown_ids(browser_page)
    viewer = browser_page.get_by_role("dialog", name="Picture", exact=True)

    await press(browser_page, cards(browser_page).first)
    await expect(viewer).to_be_visible()
    await browser_page.keyboard.press("ArrowRight")
    await expect(browser_page).to_have_url(re.compile(f"photo={ids[1]}"))
    await browser_page.keyboard.press("ArrowRight")
    await expect(browser_page).to_have_url(re.compile(f"photo={ids[2]}"))
    await expect(viewer.get_by_role("img", name=re.compile("^Picture of")).first).to_be_visible()
    await no_axe_violations(browser_page)
    await browser_page.keyboard.press("Escape")

    await expect(viewer).to_be_hidden()
    await expect(browser_page.locator(f'[data-picture="{ids[2]}"]')).to_be_focused()
    await expect(browser_page).to_have_url(re.compile(f"slot={slot.id}$"))


@pytest.mark.parametrize("look", [PHONE], indirect=True, ids=str)
async def test_a_link_leads_into_the_viewer_where_the_picture_is_revoked_by_keyboard(
    browser_page: Page, product: Product
) -> None:
    slot = await product.slot()
    links = {job_of(answer): answer.headers["x-result-url"] for answer in await take(product, slot, 2)}
    await open_gallery(browser_page, slot, 2)
    [first, second] = await shown_ids(browser_page)
    viewer = browser_page.get_by_role("dialog", name="Picture", exact=True)

    await browser_page.goto(f"/gallery?slot={slot.id}&photo={first}")
    await press(browser_page, viewer.get_by_role("button", name="Revoke"))
    question = browser_page.get_by_role("dialog", name=re.compile("^Revoke"))
    await press(browser_page, question.get_by_role("button", name="Cancel"), "Escape")
    await expect(question).to_be_hidden()
    await expect(viewer).to_be_visible()
    await press(browser_page, viewer.get_by_role("button", name="Revoke"))
    await press(browser_page, question.get_by_role("button", name="Revoke"))

    await expect(browser_page).to_have_url(re.compile(f"photo={second}"))
    await press(browser_page, viewer.get_by_role("button", name="Close"))
    await expect(viewer).to_be_hidden()
    assert await shown_ids(browser_page) == [second]
    assert (await product.fetch(links[first]))[0] == 410


async def test_who_comes_back_is_where_he_was(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    await browser_page.set_viewport_size({"width": 360, "height": 600})
    await take(product, slot, 8)
    await open_gallery(browser_page, slot, 8)
    await cards(browser_page).last.scroll_into_view_if_needed()
    place = await browser_page.evaluate("window.scrollY")

    await browser_page.get_by_role("button", name=re.compile("^Details")).last.click()
    await browser_page.get_by_role("dialog").get_by_role("link", name=re.compile("^[0-9a-f-]{36}$")).click()
    await expect(cards(browser_page)).to_have_count(0)
    await browser_page.go_back()

    await expect(cards(browser_page).last).to_be_in_viewport()
    assert place > 100
    assert abs(await browser_page.evaluate("window.scrollY") - place) <= 1


async def test_guests_see_an_event_s_gallery_until_it_is_closed(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    [answer] = await take(product, slot)
    await browser_page.goto("/event-galleries")

    await browser_page.get_by_role("button", name="Open a gallery").click()
    form = browser_page.get_by_role("dialog", name="Open a gallery for guests")
    await form.get_by_label(slot.name).check()
    await form.get_by_label("Name").fill(f"Party of {slot.id}")
    await form.get_by_role("button", name="Open for guests").click()
    gallery = browser_page.get_by_role("region", name=f"Party of {slot.id}")
    await expect(gallery.get_by_role("timer")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    link = str(await gallery.get_by_role("link", name=re.compile("^http")).get_attribute("href"))
    status, _, page = await product.fetch(link)
    public_id = answer.headers["x-result-url"].rpartition("/")[2]
    assert (status, public_id.encode() in page) == (200, True)

    await gallery.get_by_role("button", name="Close").click()
    question = browser_page.get_by_role("dialog", name=re.compile("^Close"))
    await question.get_by_role("button", name="Close").last.click()

    await expect(gallery).to_be_hidden()
    await expect(browser_page.get_by_role("button", name=f"Open anew: Party of {slot.id}")).to_be_visible()
    assert (await product.fetch(link))[0] == 403


async def test_everybody_can_read_and_use_the_gallery(browsing: Browsing, product: Product) -> None:
    slot = await product.slot()
    await take(product, slot, 3)

    await whole_in_every_look(
        browsing,
        f"/gallery?slot={slot.id}&booth=BOOTH-1",
        lambda page: expect(cards(page).locator("img")).to_have_count(3, timeout=PREVIEWS_MS),
        name="gallery",
    )


async def test_everybody_can_read_and_use_the_event_galleries(browsing: Browsing) -> None:
    await whole_in_every_look(
        browsing,
        "/event-galleries",
        lambda page: expect(page.get_by_role("heading", level=1)).to_be_visible(),
        name="event-galleries",
    )
