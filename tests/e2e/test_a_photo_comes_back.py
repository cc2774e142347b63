"""The product's main job: a booth's photo comes back finished, in the same answer and behind its link."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from deploy.local.booth import DEMO_SLOTS
from photochanger.domain.job import Job, JobStatus
from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.dslr_client import Shot, shoot
from tests.e2e.product import Product
from tests.photos import camera_jpeg, decoded, difference, picture, saved


@pytest.mark.parametrize("slot", DEMO_SLOTS)
async def test_the_captured_request_gets_its_picture(product: Product, slot: str) -> None:
    photo = camera_jpeg()

    answer = await product.shoot(slot, photo)

    assert answer.status == 200, answer.body[:500]
    assert answer.continued_after is not None
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert decoded(answer.body).format == "JPEG"
    assert difference(answer.body, photo) > 8, "the photo came back as it was"
    row = await product.row(answer.headers["x-job-id"])
    assert row.status is JobStatus.DONE
    assert row.result_sha256 == hashlib.sha256(answer.body).hexdigest()


async def test_the_demo_slots_give_visibly_different_pictures(product: Product) -> None:
    answers = await asyncio.gather(*(product.shoot(slot, camera_jpeg()) for slot in DEMO_SLOTS))

    for one, other in combinations(answers, 2):
        assert difference(one.body, other.body) > 8


async def test_the_link_gives_the_same_bytes_until_it_expires_and_410_a_second_later(product: Product) -> None:
    answer = await product.shoot("demo-edit", camera_jpeg(1200, 800))
    link = answer.headers["x-result-url"]
    left = datetime.fromisoformat(answer.headers["x-result-expires-at"]) - datetime.now(UTC)
    assert abs(left - timedelta(hours=72)) < timedelta(minutes=1)
    status, headers, body = await product.fetch(link)
    assert (status, body, headers["content-type"]) == (200, answer.body, "image/jpeg")

    soon = {"$add": ["$$NOW", 1_000]}
    await product.mongo.database["jobs"].update_one(
        {"_id": answer.headers["x-job-id"]}, [{"$set": {"expires_at": soon}}]
    )

    assert (await product.fetch(link))[0] == 200
    await asyncio.sleep(2)
    assert (await product.fetch(link))[0] == 410


@asynccontextmanager
async def inline_limit(product: Product, max_bytes: int) -> AsyncIterator[None]:
    """Let results up to that size travel in the row while the block runs."""
    before = await _set_inline_limit(product, max_bytes)
    try:
        yield
    finally:
        await _set_inline_limit(product, before)


async def _set_inline_limit(product: Product, max_bytes: int) -> int:
    """Give the limit before; returns once the new one is in force everywhere."""
    repository = SettingsRepository(product.mongo.database)
    settings = await repository.get()
    changed = settings.model_copy(update={"inline_result_max_bytes": max_bytes})
    assert await repository.replace(changed, expected_version=settings.version)
    await asyncio.sleep(2)
    return settings.inline_result_max_bytes


async def test_source_and_inline_copy_are_gone_after_the_answer(product: Product) -> None:
    async with inline_limit(product, 2 * 2**20):
        answer = await product.shoot("demo-edit", camera_jpeg(1200, 800))
    job_id = answer.headers["x-job-id"]
    row = await product.mongo.database["jobs"].find_one({"_id": job_id}, {"inline_max_bytes": 1})
    assert row == {"_id": job_id, "inline_max_bytes": 2 * 2**20}

    def is_cleared(job: Job) -> bool:
        return job.result_inline_base64 is None

    assert is_cleared(await product.row_when(job_id, is_cleared, seconds=5))
    assert await product.sources_after(job_id, seconds=5) == []
    assert len(await product.objects_of(job_id)) == 1, "the result itself stays"


async def test_no_metadata_of_the_photo_reaches_the_provider_or_the_guest(product: Product) -> None:
    slot = await product.slot()

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert b"CANARY" not in answer.body
    (call,) = await product.calls(slot)
    for sent in call["pictures"]:
        found = {name: sent[name] for name in ("exif", "gps", "xmp", "trailing_bytes") if sent[name]}
        assert not found


async def test_a_photo_held_upright_stays_upright(product: Product) -> None:
    slot = await product.slot()

    answer = await product.shoot(slot, camera_jpeg(1200, 800, orientation=6))

    width, height = decoded(answer.body).size
    assert width < height


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "HEIF"])
async def test_every_accepted_format_comes_back_as_jpeg(product: Product, file_format: str) -> None:
    slot = await product.slot()

    answer = await product.shoot(slot, saved(picture(900, 600), file_format))

    assert answer.status == 200, answer.body[:500]
    assert decoded(answer.body).format == "JPEG"


async def test_the_alias_a_query_cp1251_and_unknown_fields_are_no_reason_to_refuse(product: Product) -> None:
    fields = {"{qr1}": "Гость №1", "survey1_type_id": "да", "name": "$slot_snapshot", "time": None}
    slot = await product.slot()
    shot = Shot.captured(camera_jpeg(1200, 800), product.stack.ingest_password, fields=fields, encoding="cp1251")

    url = product.ingest(slot).replace("/ingest/", "/api/ingest/") + "?style=%EB%FE%E1%EE%E9"
    answer = await shoot(url, shot)

    assert answer.status == 200, answer.body[:500]
    row = await product.row(answer.headers["x-job-id"])
    kept = {field.name: field.value for field in row.client}
    assert kept["{qr1}"] == "Гость №1"
    assert kept["name"] == "$slot_snapshot"
    assert "password" not in kept
    assert product.stack.ingest_password not in row.model_dump_json()


async def test_sixteen_booths_at_once_all_get_their_own_picture(product: Product) -> None:
    slot = await product.slot()
    photos = [camera_jpeg(900, 600, name=name) for name in ("chelsea.png", "coffee.png", "astronaut.png", "rocket.jpg")]

    answers = await asyncio.gather(*(product.shoot(slot, photo) for photo in photos * 4))

    assert [answer.status for answer in answers] == [200] * 16
    assert len({answer.headers["x-job-id"] for answer in answers}) == 16
    for answer, photo in zip(answers, photos * 4, strict=True):
        nearest = min(photos, key=lambda candidate: difference(answer.body, candidate))
        assert nearest is photo
    assert len(await product.calls(slot)) == 16
