"""Test runs at the gateway: for our own services only, through the booth's own pipeline, told as JSON."""

import json
import uuid
from typing import Any

import aiohttp
import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Job
from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, service_token
from tests.dslr_client import Manners, Shot
from tests.gateway_process import SECRET_KEY
from tests.integration.gateway.conftest import PASSWORD, RESULT, StandIn, World, a_picture
from tests.job_rows import new_slot

OURS = {SERVICE_TOKEN_HEADER: service_token(SECRET_KEY)}


async def run(
    world: World, *, photo: bytes | None = None, headers: dict[str, str] | None = None, slot: str | None = None
) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData()
    if slot is not None:
        form.add_field("slot", slot)
    form.add_field("file", a_picture() if photo is None else photo, filename="try.jpg", content_type="image/jpeg")
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{world.gateway.url}/internal/test-runs", data=form, headers=headers or {}) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


def unsaved(**changes: Any) -> str:
    return new_slot(id=f"try-{uuid.uuid4().hex[:8]}", **changes).model_dump_json()


async def test_an_unsaved_slot_gives_its_picture_and_every_step_s_time(world: World) -> None:
    slot = unsaved(params={"prompt": "x" * 20_000})

    status, report = await run(world, headers=OURS, slot=slot)

    assert (status, report["status"], report["provider_error"]) == (200, "done", "")
    assert {"ms_receive", "ms_check", "ms_store", "ms_wait", "ms_total"} <= set(report["timing_ms"])
    assert [attempt["outcome"] for attempt in report["attempts"]] == ["delivered"]
    async with aiohttp.ClientSession() as http, http.get(report["result"]["url"]) as answer:
        assert await answer.read() == RESULT
    row = await world.mongo.database["jobs"].find_one({"_id": report["job_id"]})
    assert row is not None
    assert (row["source"], row["slot_id"], row["client"]) == ("test_run", json.loads(slot)["id"], [])


async def test_a_failure_is_an_answer_with_its_reason(world: World) -> None:
    async def refuse(stand_in: StandIn, job: Job) -> None:
        await stand_in.finalizer.fail(job.id, FailureReason.PROVIDER_REFUSED, detail="finishReason: IMAGE_SAFETY")

    world.stand_in.script = refuse

    status, report = await run(world, headers=OURS, slot=unsaved())

    assert (status, report["status"], report["failure_reason"]) == (200, "failed", "provider_refused")
    assert report["failure_detail"] == "finishReason: IMAGE_SAFETY"
    assert report["result"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SERVICE_TOKEN_HEADER: "guess"},
        {SERVICE_TOKEN_HEADER: PASSWORD},
        {"X-Api-Token": PASSWORD},
        {"Authorization": f"Bearer {PASSWORD}"},
    ],
)
async def test_a_booths_password_opens_nothing(world: World, headers: dict[str, str]) -> None:
    status, problem = await run(world, headers=headers, slot=unsaved())

    assert (status, problem["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("photo", "slot", "status", "code"),
    [
        (None, None, 400, "invalid_request"),
        (None, "{}", 400, "invalid_request"),
        (None, "no json", 400, "invalid_request"),
        (b"", unsaved(), 400, "invalid_request"),
        (b"<svg/>", unsaved(), 415, "unsupported_media_type"),
        (a_picture()[:-3000], unsaved(), 422, "unreadable_image"),
        (None, unsaved(max_upload_bytes=100), 413, "payload_too_large"),
    ],
)
async def test_bad_input_gets_the_booths_codes_and_no_job(
    world: World, photo: bytes | None, slot: str | None, status: int, code: str
) -> None:
    before = await world.mongo.database["jobs"].count_documents({})

    answered, problem = await run(world, photo=photo, headers=OURS, slot=slot)

    assert (answered, problem["code"]) == (status, code)
    assert await world.mongo.database["jobs"].count_documents({}) == before


async def test_our_own_service_shoots_the_booths_way_without_a_password_and_it_counts_as_a_test_run(
    world: World,
) -> None:
    own = Manners(headers=tuple(OURS.items()))
    guessed = Manners(headers=((SERVICE_TOKEN_HEADER, "guess"),))
    shot = Shot.captured(a_picture(), None)
    slot = await world.slot()

    answer = await world.shoot(slot, shot, own)
    stranger = await world.shoot(slot, shot, guessed)
    booth = await world.shoot(slot, Shot.captured(a_picture(), PASSWORD), guessed)

    assert (answer.status, answer.body) == (200, RESULT)
    assert (stranger.status, stranger.code) == (400, "invalid_request")
    assert booth.status == 200
    sources = [
        (await world.mongo.database["jobs"].find_one({"_id": each.headers["x-job-id"]}) or {})["source"]
        for each in (answer, booth)
    ]
    assert sources == ["test_run", "ingest"]
