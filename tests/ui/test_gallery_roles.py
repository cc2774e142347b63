"""What the gallery offers to whom: `x-role` of docs/api/openapi.json says who may do what."""

import json
import re
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from photochanger.domain.user import Role
from tests.admin_people import ask
from tests.e2e.product import Product
from tests.ui.browsing import Browsing
from tests.ui.checks import no_axe_violations
from tests.ui.test_gallery import cards, job_of, open_gallery, take
from tests.ui.users_by_api import PASSWORD, make_user

OPERATIONS = json.loads((Path(__file__).parents[2] / "docs" / "api" / "openapi.json").read_text())["paths"]


def may(role: Role, method: str, path: str) -> bool:
    """Whether the API lets that role do it."""
    return role.includes(Role(OPERATIONS[path][method]["x-role"]))


async def window_of(role: Role, browsing: Browsing, admin_api: aiohttp.ClientSession) -> Page:
    return await browsing.window(who=await browsing.log_in(await make_user(admin_api, role), PASSWORD))


async def offered(control: Locator, *, when: bool) -> None:
    await expect(control).to_have_count(1 if when else 0)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_only_what_the_role_may_do_is_offered(
    role: Role, browsing: Browsing, admin_api: aiohttp.ClientSession, product: Product
) -> None:
    slot = await product.slot()
    await take(product, slot)
    downloads = may(role, "get", "/api/v1/results/{id}/download")
    zips = may(role, "post", "/api/v1/results/zip")
    revokes = may(role, "post", "/api/v1/results/{id}/revoke")
    page = await window_of(role, browsing, admin_api)

    await open_gallery(page, slot, 1)
    await expect(cards(page).locator("img")).to_have_count(1)
    await offered(page.get_by_role("link", name=re.compile("^Download the picture")), when=downloads)
    await offered(page.get_by_role("button", name="Select", exact=True), when=zips)
    await offered(page.get_by_role("button", name="All as ZIP"), when=zips)

    await page.get_by_role("button", name=re.compile("^QR code of")).click()
    await expect(page.get_by_role("dialog").get_by_role("img", name="QR code of the guest page")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=re.compile("^Details")).click()
    details = page.get_by_role("dialog", name=re.compile("^Picture of"))
    await expect(details.get_by_role("link", name="Guest page")).to_be_visible()
    await offered(details.get_by_role("link", name="Download"), when=downloads)
    await offered(details.get_by_role("button", name="Revoke"), when=revokes)
    await no_axe_violations(page)
    await page.keyboard.press("Escape")

    await cards(page).first.click()
    viewer = page.get_by_role("dialog", name="Picture", exact=True)
    whole = viewer.get_by_role("img", name=re.compile("^Picture of"))
    await expect(whole).to_be_visible()
    assert await whole.evaluate("async (picture) => (await picture.decode(), picture.naturalWidth)") > 0
    await offered(viewer.get_by_role("link", name="Download"), when=downloads)
    await offered(viewer.get_by_role("button", name="Revoke"), when=revokes)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_only_who_may_opens_and_closes_galleries_for_guests(
    role: Role, browsing: Browsing, admin_api: aiohttp.ClientSession, product: Product
) -> None:
    slot = await product.slot()
    title = f"Party of {slot.id}"
    body = {"slot_ids": [slot.id], "title": title, "minutes": 5}
    status, opened = await ask(admin_api, "POST", "/api/v1/event-galleries", body)
    assert status == 201, opened
    page = await window_of(role, browsing, admin_api)

    await page.goto("/event-galleries")
    gallery = page.get_by_role("region", name=title)
    await expect(gallery.get_by_role("timer")).to_be_visible()
    await offered(page.get_by_role("button", name="Open a gallery"), when=may(role, "post", "/api/v1/event-galleries"))
    await offered(
        gallery.get_by_role("button", name="Close"), when=may(role, "post", "/api/v1/event-galleries/{id}/close")
    )

    status, _ = await ask(admin_api, "POST", f"/api/v1/event-galleries/{opened['id']}/close")
    assert status < 300
    await page.reload()
    await expect(page.get_by_text(title).first).to_be_visible()
    await offered(
        page.get_by_role("button", name=f"Open anew: {title}"), when=may(role, "post", "/api/v1/event-galleries")
    )


async def test_a_photo_is_found_by_any_text_that_has_its_id(browser_page: Page, product: Product) -> None:
    slot = await product.slot()
    wanted, _ = await take(product, slot, 2)
    await open_gallery(browser_page, slot, 2)
    await browser_page.get_by_role("button", name="Filters").click()

    field = browser_page.get_by_label("Photo's id")
    await field.fill(f"http://photos.example/jobs/{job_of(wanted).upper()}?from=chat")

    await expect(cards(browser_page)).to_have_count(1)
    await expect(field).to_have_value(job_of(wanted))
