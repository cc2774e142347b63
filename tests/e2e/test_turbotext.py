"""The provider that fetches its inputs by link and is asked again and again for the picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.domain.slot import Operation, Route, Slot
from tests.e2e.product import Product
from tests.photos import camera_jpeg, decoded, picture, saved

WINDOW_SECONDS = 20


async def turbotext_slot(product: Product, behaviour: str = "ok", *, has_fallback: bool = False) -> Slot:
    gemini = Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": "fallback"})
    return await product.slot(
        behaviour,
        provider="turbotext",
        sync_response_seconds=WINDOW_SECONDS,
        fallbacks=(gemini,) if has_fallback else (),
    )


@asynccontextmanager
async def switched_off(product: Product, kind: str) -> AsyncIterator[None]:
    address = f"{product.stack.info['sandbox_url']}/control/outage/turbotext"
    async with product.http.put(address, json={"kind": kind}) as answer:
        assert answer.status == 200, await answer.text()
    try:
        yield
    finally:
        async with product.http.delete(address):
            pass


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_turbotext_fetches_a_jpeg_or_png_whatever_the_booth_posted(product: Product, file_format: str) -> None:
    slot = await turbotext_slot(product)

    answer = await product.shoot(slot, saved(picture(900, 600), file_format))

    assert answer.status == 200, answer.body[:500]
    assert decoded(answer.body).format == "JPEG"
    (call,) = await product.calls(slot)
    assert [link["status"] for link in call["inputs"]] == [200]
    assert {link["content_type"] for link in call["inputs"]} <= {"image/jpeg", "image/png"}


async def test_no_metadata_reaches_turbotext_and_its_links_are_410_after_the_job(product: Product) -> None:
    slot = await turbotext_slot(product)

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert answer.status == 200, answer.body[:500]
    (call,) = await product.calls(slot)
    for sent in call["pictures"]:
        assert not {name: sent[name] for name in ("exif", "gps", "xmp", "trailing_bytes") if sent[name]}
    assert call["inputs"]
    for link in call["inputs"]:
        assert link["path"].startswith("/public/media/")
        assert (await product.fetch(f"{product.stack.gateway_url}{link['path']}"))[0] == 410
    row = await product.row(answer.headers["x-job-id"])
    assert row.attempts[0].provider_reference == str(call["queueid"])
    assert await product.sources_after(row.id, seconds=5) == []


@pytest.mark.parametrize("kind", ["drop", "unavailable", "hang"])
async def test_with_turbotext_switched_off_gemini_delivers_inside_the_window(product: Product, kind: str) -> None:
    slot = await turbotext_slot(product, has_fallback=True)

    async with switched_off(product, kind):
        answer = await product.shoot(slot, camera_jpeg(900, 600))

    assert answer.status == 200, answer.body
    assert answer.first_byte_after < WINDOW_SECONDS
    row = await product.row(answer.headers["x-job-id"])
    assert row.attempts[-1].provider == "gemini"


async def test_a_killed_worker_s_queued_work_is_fetched_and_not_paid_again(product: Product) -> None:
    slot = await turbotext_slot(product, "slow=6")
    booth = asyncio.create_task(product.shoot(slot, camera_jpeg(900, 600)))
    async with asyncio.timeout(10):
        while not any(attempt.provider_reference for row in await product.rows_of(slot) for attempt in row.attempts):
            await asyncio.sleep(0.1)

    product.stack.kill("provider-turbotext")

    answer = await booth
    assert answer.status == 200, answer.body
    (call,) = await product.calls(slot)
    assert call["creates"] == 1
    (row,) = await product.rows_of(slot)
    assert row.status is JobStatus.DONE
    assert [(attempt.outcome, attempt.takeovers) for attempt in row.attempts] == [(AttemptOutcome.DELIVERED, 1)]


async def test_forbidden_content_is_a_refusal(product: Product) -> None:
    slot = await turbotext_slot(product, "forbidden_content")

    answer = await product.shoot(slot, camera_jpeg(900, 600))

    assert (answer.status, answer.code) == (502, "provider_refused")
