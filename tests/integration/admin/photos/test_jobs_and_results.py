"""Photos in work and finished pictures, as people look at them, end them and take them back."""

import asyncio
import uuid
from typing import Any

import aiohttp
import pytest

from photochanger.domain.job import ClientField, Job, JobSource, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.domain.public_link import new_public_id
from photochanger.domain.result import ResultInfo
from photochanger.domain.slot import Operation
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from tests.integration.admin.photos.conftest import Person, stored_keys
from tests.job_rows import new_job
from tests.photos import camera_jpeg, decoded

PICTURE = bytes(range(256)) * 10_000


def a_slot_id() -> str:
    return f"s-{uuid.uuid4().hex[:12]}"


async def admitted(mongo: Mongo, slot_id: str, **changes: Any) -> Job:
    public_id = new_public_id(lambda n: uuid.uuid4().bytes + bytes(n - 16))
    job = new_job(slot_id=slot_id, public_id=public_id, **changes)
    return await JobRepository(mongo.database).admit(job, left_ms=30_000)


async def finished(mongo: Mongo, store: MediaStore, slot_id: str, **changes: Any) -> Job:
    """A job that is done, its picture in the store."""
    job = await admitted(mongo, slot_id, **changes)
    jobs = JobRepository(mongo.database)
    await jobs.start_attempt(
        job.id, route=0, provider="painter", operation=Operation.IMAGE_EDIT, cut_left_ms=500, after=0
    )
    await AttemptRepository(mongo.database).claim(job.id, 1, "worker")
    key = result_key(job.id, 1, job.created_at)
    await store.put(Bucket.RESULTS, key, PICTURE, content_type="image/jpeg")
    result = ResultInfo(key, PictureType.JPEG, len(PICTURE), 40, 30, "ab" * 32)
    await jobs.finish_done(job.id, Delivery(1, "worker", result))
    done = await jobs.get(job.id)
    assert done is not None
    return done


@pytest.mark.parametrize(
    ("query", "expected"),
    [("status=pending", ["pending"]), ("status=done", ["done"]), ("source=test_run", ["trial"]), ("", None)],
)
async def test_jobs_are_cut_down_to_what_is_asked_for(
    viewer: Person, mongo: Mongo, store: MediaStore, query: str, expected: list[str] | None
) -> None:
    slot_id = a_slot_id()
    jobs = {
        "pending": await admitted(mongo, slot_id),
        "done": await finished(mongo, store, slot_id),
        "trial": await admitted(mongo, slot_id, source=JobSource.TEST_RUN),
    }
    await JobRepository(mongo.database).finish_cancelled(jobs["trial"].id, detail="")

    answer = await viewer.ask("GET", f"/api/v1/jobs?slot_id={slot_id}&{query}")

    names = {job.id: name for name, job in jobs.items()}
    assert sorted(names[item["id"]] for item in answer.json["items"]) == (expected or ["done", "pending", "trial"])


async def test_a_list_names_the_provider_that_worked_on_each_photo(
    viewer: Person, mongo: Mongo, store: MediaStore
) -> None:
    slot_id = a_slot_id()
    waiting, done = await admitted(mongo, slot_id), await finished(mongo, store, slot_id)

    listed = await viewer.ask("GET", f"/api/v1/jobs?slot_id={slot_id}")
    told = await viewer.ask("GET", f"/api/v1/jobs/{done.id}")

    assert {item["id"]: item["provider"] for item in listed.json["items"]} == {waiting.id: None, done.id: "painter"}
    assert told.json["provider"] == "painter"


async def test_jobs_are_found_by_their_time_and_page_by_page(viewer: Person, mongo: Mongo) -> None:
    slot_id = a_slot_id()
    jobs = [await admitted(mongo, slot_id) for _ in range(3)]
    since = jobs[1].created_at.isoformat().replace("+00:00", "Z")

    first = await viewer.ask("GET", f"/api/v1/jobs?slot_id={slot_id}&since={since}&limit=1")
    rest = await viewer.ask("GET", f"/api/v1/jobs?slot_id={slot_id}&since={since}&cursor={first.json['next_cursor']}")

    assert [item["id"] for item in first.json["items"] + rest.json["items"]] == [jobs[2].id, jobs[1].id]
    assert rest.json["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["status=$ne", "slot_id=..", "since=yesterday", "limit=0", "limit=x", "sort=1", "status[$ne]=done"]
)
async def test_a_wrong_query_is_refused(viewer: Person, query: str) -> None:
    assert (await viewer.ask("GET", f"/api/v1/jobs?{query}")).status == 422


async def test_a_jobs_story_is_shown_without_secrets_and_the_prompt_to_administrators_only(
    viewer: Person, admin: Person, mongo: Mongo, store: MediaStore
) -> None:
    job = await finished(mongo, store, a_slot_id())

    seen = await viewer.ask("GET", f"/api/v1/jobs/{job.id}")
    told = await admin.ask("GET", f"/api/v1/jobs/{job.id}")

    assert [event["name"] for event in seen.json["events"]] == ["received", "dispatched", "provider_responded", "done"]
    assert [attempt["outcome"] for attempt in seen.json["attempts"]] == ["delivered"]
    assert b"oil painting" not in seen.body
    assert told.json["slot"]["routes"][0]["params"] == {"prompt": "oil painting"}
    assert not {"owner", "reply_to", "finalized_by", "result_key", "public_id"} & {
        *seen.json,
        *seen.json["attempts"][0],
    }


async def test_a_running_photo_is_cancelled_once(operator: Person, viewer: Person, mongo: Mongo) -> None:
    job = await admitted(mongo, a_slot_id())
    path = f"/api/v1/jobs/{job.id}/cancel"

    not_allowed = await viewer.ask("POST", path)
    cancelled = await operator.ask("POST", path)
    again = await operator.ask("POST", path)
    unknown = await operator.ask("POST", f"/api/v1/jobs/{uuid.uuid4()}/cancel")

    assert (not_allowed.status, cancelled.status, again.status, unknown.status) == (403, 200, 409, 404)
    assert (cancelled.json["status"], cancelled.json["failure_detail"]) == ("cancelled", "cancelled by operator")
    row = await JobRepository(mongo.database).get(job.id)
    assert row is not None
    assert row.status is JobStatus.CANCELLED


async def test_the_gallery_shows_what_can_still_be_seen_and_no_test_runs(
    viewer: Person, mongo: Mongo, store: MediaStore
) -> None:
    slot_id = a_slot_id()
    shown = await finished(mongo, store, slot_id)
    expired = await finished(mongo, store, slot_id)
    trial = await finished(mongo, store, slot_id, source=JobSource.TEST_RUN)
    await admitted(mongo, slot_id)
    await mongo.database["jobs"].update_one({"_id": expired.id}, [{"$set": {"expires_at": "$$NOW"}}])

    gallery = await viewer.ask("GET", f"/api/v1/results?slot_id={slot_id}")
    with_trials = await viewer.ask("GET", f"/api/v1/results?slot_id={slot_id}&include_test_runs=true")

    assert [item["id"] for item in gallery.json["items"]] == [shown.id]
    assert gallery.json["items"][0]["result_url"].endswith(shown.public_id)
    assert gallery.json["items"][0]["booth"] == "DESKTOP-ABC1234"
    assert [item["id"] for item in with_trials.json["items"]] == [trial.id, shown.id]
    assert (await viewer.ask("GET", f"/api/v1/results/{expired.id}")).status == 410


async def test_jobs_and_pictures_are_found_by_their_booth(viewer: Person, mongo: Mongo, store: MediaStore) -> None:
    slot_id, booth = a_slot_id(), f"$booth.{uuid.uuid4().hex}"
    wanted = await finished(mongo, store, slot_id, client=(ClientField(name="name", value=booth),))
    await finished(mongo, store, slot_id, client=(ClientField(name="id", value=booth),))
    await finished(mongo, store, slot_id)

    for area in ("jobs", "results"):
        found = await viewer.ask("GET", f"/api/v1/{area}", params={"slot_id": slot_id, "booth": booth})
        assert [item["id"] for item in found.json["items"]] == [wanted.id], area


async def test_a_picture_is_downloaded_whole_as_a_file(
    operator: Person, viewer: Person, mongo: Mongo, store: MediaStore
) -> None:
    job = await finished(mongo, store, a_slot_id())
    path = f"/api/v1/results/{job.id}/download"

    answer = await operator.ask("GET", path)

    assert (answer.status, answer.body == PICTURE) == (200, True)
    assert answer.headers["content-disposition"] == f'attachment; filename="result-{job.id}.jpg"'
    assert answer.headers["content-length"] == str(len(PICTURE))
    assert (await viewer.ask("GET", path)).status == 403


@pytest.mark.parametrize(("query", "size"), [("", (512, 341)), ("?size=thumbnail", (160, 107))])
async def test_a_preview_is_small_and_seen_by_viewers(
    viewer: Person, mongo: Mongo, store: MediaStore, query: str, size: tuple[int, int]
) -> None:
    job = await finished(mongo, store, a_slot_id())
    key = result_key(job.id, 1, job.created_at)
    await store.put(Bucket.RESULTS, key, camera_jpeg(600, 400), content_type="image/jpeg")
    path = f"/api/v1/results/{job.id}/preview"

    answer = await viewer.ask("GET", f"{path}{query}")

    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert decoded(answer.body).size == size
    assert (await viewer.ask("GET", f"{path}?size=huge")).status == 422


async def test_a_picture_that_the_store_lost_is_a_problem_not_a_broken_file(
    operator: Person, mongo: Mongo, store: MediaStore
) -> None:
    job = await finished(mongo, store, a_slot_id())
    await store.delete(Bucket.RESULTS, result_key(job.id, 1, job.created_at))

    answer = await operator.ask("GET", f"/api/v1/results/{job.id}/download")

    assert (answer.status, answer.json["code"]) == (503, "storage_unavailable")


async def test_a_download_that_breaks_in_the_middle_is_no_whole_file(
    operator: Person, mongo: Mongo, store: MediaStore
) -> None:
    job = await finished(mongo, store, a_slot_id())
    key = result_key(job.id, 1, job.created_at)
    await store.put(Bucket.RESULTS, key, PICTURE[: 2**20], content_type="image/jpeg")

    received = bytearray()

    async def download() -> None:
        async with asyncio.timeout(10), operator.http.get(f"/api/v1/results/{job.id}/download") as answer:
            async for piece in answer.content.iter_any():
                received.extend(piece)

    with pytest.raises(aiohttp.ClientPayloadError):
        await download()
    assert PICTURE.startswith(received)


async def test_a_picture_taken_back_is_gone_from_link_gallery_and_store(
    admin: Person, operator: Person, mongo: Mongo, store: MediaStore
) -> None:
    slot_id = a_slot_id()
    job = await finished(mongo, store, slot_id)
    path = f"/api/v1/results/{job.id}"
    assert (await operator.ask("POST", f"{path}/revoke")).status == 403

    revoked = await admin.ask("POST", f"{path}/revoke")

    assert revoked.status == 204
    link = await JobUpkeep(mongo.database).find_by_public_id(job.public_id)
    assert link is not None
    assert link.is_expired
    assert (await operator.ask("GET", f"{path}/download")).status == 410
    assert (await admin.ask("GET", f"/api/v1/results?slot_id={slot_id}")).json["items"] == []
    assert (await admin.ask("GET", f"/api/v1/jobs/{job.id}")).json["revoked_at"] is not None

    for _ in range(100):
        left = [key for key in await stored_keys(store, Bucket.RESULTS) if job.id in key]
        if not left:
            break
        await asyncio.sleep(0.05)
    assert left == []
    assert await mongo.database["audit"].count_documents({"action": "revoke", "target": f"results/{job.id}"}) == 1
