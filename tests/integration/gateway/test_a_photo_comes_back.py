"""The main job: a photo in, the finished picture out, and the same picture behind its link."""

import asyncio
import hashlib
import json
import os
import signal
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from photochanger.domain.job import Job
from photochanger.infrastructure.job_upkeep import JobUpkeep
from tests.dslr_client import CAPTURED_FIELDS, DslrClient, Manners, Phase, Shot
from tests.integration.gateway.conftest import PASSWORD, RESULT, StandIn, World, a_picture


async def the_same_bytes(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.read()


async def test_the_captured_request_gets_its_picture_with_every_promised_header(world: World) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot)

    assert answer.status == 200
    assert answer.body == RESULT
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(RESULT))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-result-url"].startswith(f"{world.gateway.url}/public/results/")
    expires = datetime.fromisoformat(answer.headers["x-result-expires-at"])
    assert abs(expires - datetime.now(UTC) - timedelta(hours=72)) < timedelta(minutes=1)
    assert answer.continued_after is not None
    assert "server" not in answer.headers
    assert await the_same_bytes(answer.headers["x-result-url"]) == RESULT


async def test_the_row_says_what_was_answered(world: World) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot)

    row = await world.the_row(slot)
    assert (row["_id"], row["status"], row["is_finalized"]) == (answer.headers["x-job-id"], "done", True)
    assert row["result_sha256"] == hashlib.sha256(answer.body).hexdigest()
    assert world.stand_in.seen == [row["_id"]]


async def test_what_the_booth_told_is_kept_with_the_job_but_not_its_password(world: World) -> None:
    slot = await world.slot()

    await world.shoot(slot)

    row = await world.the_row(slot)
    kept = [(name, value) for name, value in CAPTURED_FIELDS if name != "password"]
    assert row["client"] == [{"name": name, "value": value} for name, value in kept]
    assert row["filename"] == "IMG_0003.JPG"
    photo = row["photo"]
    assert isinstance(photo, dict)
    assert photo["coded_end"] == photo["size_bytes"]
    assert PASSWORD not in str(row)
    assert PASSWORD not in world.gateway.log


async def test_the_source_and_the_inline_copy_are_gone_soon_after_the_answer(world: World) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot)

    for _ in range(50):
        row = await world.the_row(slot)
        left = [key for key in await world.sources() if key.startswith(answer.headers["x-job-id"])]
        if row["result_inline_base64"] is None and not left:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"still there: {left}")


@pytest.mark.parametrize(
    "shot",
    [
        Shot.captured(a_picture(), PASSWORD, file_first=False),
        Shot.captured(a_picture(), PASSWORD, fields={"hash": None, "time": None, "id": None, "name": None}),
        Shot.captured(a_picture(), PASSWORD, fields={"{qr1}": "Гость №1", "survey1_type_id": "да"}, encoding="cp1251"),
        Shot.captured(a_picture(), PASSWORD, fields={"name": "$slot_snapshot", "$where": "1", "a.b": "c"}),
        Shot.captured(a_picture(), PASSWORD, file_field="image", filename="photo"),
        Shot.captured(a_picture(kind="PNG"), PASSWORD, filename="IMG.PNG", mime="image/png"),
        Shot.captured(a_picture(kind="WEBP"), PASSWORD, mime="application/octet-stream"),
    ],
    ids=["file last", "few fields", "cp1251", "names of a database", "image", "png", "webp by content"],
)
async def test_nothing_but_photo_and_secret_is_ever_required(world: World, shot: Shot) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, shot)

    assert answer.status == 200


@pytest.mark.parametrize(
    "manners",
    [
        Manners(expect=False),
        Manners(chunked_bytes=4096),
        Manners(hold_seconds=1.0),
        Manners(drip_bytes=20_000, drip_seconds=0.05),
    ],
    ids=["no expect", "chunked", "held", "in pieces"],
)
async def test_it_does_not_matter_how_the_body_comes(world: World, manners: Manners) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, manners=manners)

    assert answer.status == 200


@pytest.mark.parametrize(
    "header", [("X-Api-Token", PASSWORD), ("Authorization", f"Bearer {PASSWORD}")], ids=["token", "bearer"]
)
async def test_the_secret_may_come_in_a_header(world: World, header: tuple[str, str]) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, Shot.captured(a_picture(), None), Manners(headers=[header]))

    assert answer.status == 200


async def test_the_alias_and_a_query_lead_to_the_same_slot(world: World) -> None:
    slot = await world.slot()
    client = DslrClient(world.url(slot, "/api/ingest/") + "?style=%EB%FE%E1%EE%E9&password=x")

    answer = await client.shoot(Shot.captured(a_picture(), PASSWORD))

    await client.close()
    assert answer.status == 200


async def test_a_connection_that_stays_open_serves_the_next_photo(world: World) -> None:
    slot = await world.slot()
    client = DslrClient(world.url(slot))

    statuses = [(await client.shoot(Shot.captured(a_picture(), PASSWORD))).status for _ in range(3)]

    await client.close()
    assert statuses == [200, 200, 200]


async def test_a_large_picture_comes_from_the_store(world: World) -> None:
    large = a_picture(3000, 2500)

    async def deliver_large(stand_in: StandIn, job: Job) -> None:
        await stand_in.deliver(job, large, inline=False)

    world.stand_in.script = deliver_large
    slot = await world.slot()

    answer = await world.shoot(slot)

    assert (answer.status, answer.body == large) == (200, True)


async def test_an_inline_copy_that_is_not_the_result_is_never_sent(world: World) -> None:
    async def spoil(stand_in: StandIn, job: Job) -> None:
        await world.mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"reply_to": None}})
        await stand_in.deliver(job)
        await world.mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"result_inline_base64": "AAAA"}})

    world.stand_in.script = spoil
    slot = await world.slot()

    answer = await world.shoot(slot)

    assert answer.body == RESULT


async def test_a_lost_reply_costs_no_more_than_the_next_look(world: World) -> None:
    async def deliver_silently(stand_in: StandIn, job: Job) -> None:
        await world.mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"reply_to": "reply.nobody"}})
        await stand_in.deliver(job)

    world.stand_in.script = deliver_silently
    slot = await world.slot()

    answer = await world.shoot(slot)

    assert answer.status == 200
    assert answer.total_seconds < 2


async def test_a_booth_that_hangs_up_while_waiting_still_gets_its_picture_into_the_gallery(world: World) -> None:
    async def deliver_late(stand_in: StandIn, job: Job) -> None:
        await asyncio.sleep(1.0)
        await stand_in.deliver(job)

    world.stand_in.script = deliver_late
    slot = await world.slot()

    await world.shoot(slot, manners=Manners(hang_up=Phase.WAITING))

    for _ in range(60):
        rows = await world.rows(slot)
        if rows and rows[0]["status"] == "done" and rows[0]["result_inline_base64"] is None:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not done and cleared: {await world.rows(slot)}")


async def test_a_picture_taken_back_before_it_was_sent_is_told_as_cancelled(world: World) -> None:
    async def deliver_and_take_back(stand_in: StandIn, job: Job) -> None:
        # the gateway sleeps meanwhile, as it would for the few milliseconds between the end and its look at the row
        os.kill(world.gateway.pid, signal.SIGSTOP)
        try:
            await stand_in.deliver(job)
            assert await JobUpkeep(world.mongo.database).revoke(job.id) is not None
        finally:
            os.kill(world.gateway.pid, signal.SIGCONT)

    world.stand_in.script = deliver_and_take_back

    answer = await world.shoot(await world.slot())

    problem = json.loads(answer.body)
    assert (answer.status, problem["code"], problem["failure_reason"]) == (503, "job_cancelled", "cancelled")
    assert (problem["job_id"], int(answer.headers["retry-after"])) == (answer.headers["x-job-id"], 5)
