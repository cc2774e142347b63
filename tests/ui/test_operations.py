"""Queues, dead letters, the janitor, preflights, backups."""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect
from pydantic import SecretStr

from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage
from photochanger.observability import Telemetry
from tests.e2e.product import Product
from tests.letters import a_letter
from tests.photos import camera_jpeg
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations, whole_in_every_look
from tests.ui.keyboard import press, tab_to

LETTERS = "/operations?tab=letters"
#: A preflight of a slot that is switched off sends no photo; the key's test and the public link are what takes time.
PREFLIGHT_MS = 20_000


async def die(product: Product, job_id: str) -> None:
    """Send the dispatcher a message that it cannot read: the broker makes a dead letter of it."""
    url = SecretStr(str(product.stack.info["amqp_url"]))
    async with Broker(url, name="tests", telemetry=Telemetry("tests")) as broker:
        async with asyncio.timeout(10):
            while await broker.readiness() is not None:
                await asyncio.sleep(0.02)
        queue = topology.SUBMISSIONS
        await broker.publish(OutgoingMessage(queue.exchange, queue.name, b"no message", correlation_id=job_id))


def letter(page: Page, job_id: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=f"photo {job_id[:8]}")


async def test_a_dead_letter_appears_is_looked_up_and_discarded_by_keyboard(
    browser_page: Page, product: Product
) -> None:
    job_id = str(uuid.uuid4())
    await a_letter(product.mongo, reason=DeathReason.EXPIRED)
    await browser_page.goto(LETTERS)
    await expect(browser_page.get_by_text("Nobody took it in its photo's time").first).to_be_visible()
    await expect(browser_page.get_by_text("Live", exact=True)).to_be_visible()

    await die(product, job_id)
    fresh = browser_page.get_by_role("button", name="new letter")
    await expect(fresh).to_be_visible()
    await expect(letter(browser_page, job_id)).to_have_count(0)
    await press(browser_page, fresh)
    await press(browser_page, letter(browser_page, job_id).get_by_role("button"))

    dialog = browser_page.get_by_role("dialog", name="Dead letter")
    await expect(dialog.get_by_role("heading", name="The message could not be read")).to_be_visible()
    await expect(dialog.get_by_text("no message")).to_be_visible()
    await expect(dialog.get_by_text("it is about no photo that is known here")).to_be_visible()
    await no_axe_violations(browser_page)
    await press(browser_page, dialog.get_by_role("button", name="Discard"))
    question = browser_page.get_by_role("dialog", name="Discard 1 letter?")
    await press(browser_page, question.get_by_role("button", name="Discard"))

    await expect(browser_page.get_by_text("1 letter is discarded.")).to_be_visible()
    await expect(dialog).to_be_hidden()
    await expect(letter(browser_page, job_id)).to_have_count(0)
    assert await product.mongo.database["dead_letters"].count_documents({"job_id": job_id}) == 0
    await tab_to(browser_page, browser_page.get_by_role("listitem").get_by_role("button").first)


async def test_a_replay_by_keyboard_tells_first_that_it_is_too_late_for_the_photo(
    browser_page: Page, product: Product
) -> None:
    slot = await product.slot()
    answer = await product.shoot(slot, camera_jpeg())
    assert answer.status == 200
    job_id = answer.headers["x-job-id"]
    for _ in range(2):
        await a_letter(product.mongo, job_id=job_id)
    await browser_page.goto(f"{LETTERS}&job_id={job_id}")
    await expect(letter(browser_page, job_id)).to_have_count(2)

    await press(browser_page, browser_page.get_by_label("Select all"), "Space")
    await press(browser_page, browser_page.get_by_role("button", name="Replay", exact=False))

    dialog = browser_page.get_by_role("dialog", name="Replay dead letters")
    await expect(dialog.get_by_text("None of them can be replayed:")).to_be_visible()
    await expect(dialog.get_by_text("2: too late, photo deleted")).to_be_visible()
    await expect(dialog.get_by_role("button", name=re.compile(r"Replay \d"))).to_have_count(0)
    await browser_page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await tab_to(browser_page, browser_page.get_by_role("button", name="Discard"))


async def test_letters_are_narrowed_by_reason_and_the_address_keeps_it(browser_page: Page, product: Product) -> None:
    job_id = str(uuid.uuid4())
    await a_letter(product.mongo, job_id=job_id, reason=DeathReason.MAXLEN)
    await browser_page.goto(LETTERS)

    await browser_page.get_by_label("Reason").select_option("failed 21 times")
    await expect(letter(browser_page, job_id)).to_have_count(0)
    await browser_page.get_by_label("Reason").select_option("queue full")
    await expect(letter(browser_page, job_id)).to_be_visible()
    await browser_page.reload()

    await expect(letter(browser_page, job_id)).to_contain_text("Its queue was full")


async def test_a_preflight_runs_to_its_end_and_names_the_slot_that_is_switched_off(
    browser_page: Page, product: Product
) -> None:
    slot = await product.slot(is_active=False)
    await browser_page.goto("/operations?tab=preflight")

    chooser = browser_page.get_by_label("Slots", exact=True).first
    await chooser.fill(slot.id)
    await browser_page.get_by_role("option", name=slot.id).click()
    await browser_page.keyboard.press("Escape")
    await browser_page.get_by_role("button", name="Begin").click()

    about = browser_page.get_by_role("region", name=f"Slot {slot.id}")
    await expect(about.get_by_text(f"Error: The slot {slot.id} is switched off: booths get 404")).to_be_visible()
    await expect(about.get_by_text("Switch it on.")).to_be_visible()
    await expect(about.get_by_role("link", name=f"Open the slot {slot.id}")).to_have_attribute(
        "href", f"/slots/{slot.id}"
    )
    await expect(browser_page.get_by_text("Not ready")).to_be_visible(timeout=PREFLIGHT_MS)
    assert "run=" in browser_page.url
    await browser_page.reload()
    await expect(browser_page.get_by_text("Not ready")).to_be_visible()


async def test_a_dry_run_of_the_janitor_is_followed_to_its_end(browser_page: Page) -> None:
    await browser_page.goto("/operations?tab=janitor")

    await browser_page.get_by_role("button", name="Dry run").click()

    asked = browser_page.get_by_role("alert").filter(has_text="Dry run that was asked for")
    await expect(asked).to_contain_text("Done.", timeout=15_000)
    await expect(asked).to_contain_text(re.compile("Nothing would be removed|Would remove"))


async def test_a_backup_is_downloaded_and_checked_and_put_in_force_only_after_a_word(browser_page: Page) -> None:
    await browser_page.goto("/operations?tab=backup")

    async with browser_page.expect_download() as coming:
        await browser_page.get_by_role("button", name="Download a backup").click()
    download = await coming.value
    assert re.fullmatch(r"photochanger-\d{8}-\d{6}\.tar", download.suggested_filename)
    async with browser_page.expect_file_chooser() as asking:
        await browser_page.get_by_label("Backup file").click()
    await (await asking.value).set_files(await download.path())
    await browser_page.get_by_role("button", name="Check the file").click()

    await expect(browser_page.get_by_text("The file is whole.")).to_be_visible()
    await expect(browser_page.get_by_role("row", name="Slots", exact=False).first).to_be_visible()
    restore = browser_page.get_by_role("button", name="Restore")
    await expect(restore).to_be_disabled()
    await browser_page.get_by_label("Type “restore” to confirm").fill("restore")
    await expect(restore).to_be_enabled()
    await no_axe_violations(browser_page)


def shows(words: str) -> Callable[[Page], Awaitable[None]]:
    async def ready(page: Page) -> None:
        await expect(page.get_by_text(words).first).to_be_visible()

    return ready


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("queues", "provider.gemini.v1"),
        ("letters", "· dispatcher.submissions.v1"),
        ("janitor", "20"),
        ("preflight", "20"),
        ("backup", "PHOTOCHANGER_SECRET_KEY"),
    ],
)
async def test_everybody_can_read_and_use_each_part(browsing: Browsing, product: Product, tab: str, words: str) -> None:
    await a_letter(product.mongo)

    await whole_in_every_look(browsing, f"/operations?tab={tab}", shows(words), name=f"operations-{tab}")
