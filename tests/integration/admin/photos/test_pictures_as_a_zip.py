"""A selection of pictures as one archive: whole, readable, and honest about what is missing."""

import asyncio
import io
import uuid
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import psutil
import pytest

from photochanger.domain.job import Job, JobSource
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from tests.admin_process import admin_settings, running_admin_process
from tests.gateway_process import server_environ
from tests.integration.admin.photos.conftest import Answer, Person, person
from tests.integration.admin.photos.test_jobs_and_results import PICTURE, a_slot_id, admitted, finished
from tests.servers import RunningMinio, RunningServer

ZIP = "/api/v1/results/zip"
MIB = 2**20


async def chosen(who: Person, *job_ids: str) -> Answer:
    return await who.ask("POST", ZIP, json={"ids": job_ids})


def members(answer: Answer) -> dict[str, bytes]:
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_chosen_pictures_come_under_names_that_people_understand(
    operator: Person, mongo: Mongo, store: MediaStore
) -> None:
    slot_id = a_slot_id()
    first = await finished(mongo, store, slot_id, filename="IMG_0003.JPG")
    second = await finished(mongo, store, slot_id, filename="../Привет $1.jpg")

    answer = await chosen(operator, first.id, second.id, first.id)

    def name(job: Job, camera: str) -> str:
        return f"{slot_id}_{job.created_at:%Y-%m-%d_%H-%M-%S}_{camera}{job.id[:8]}.jpg"

    assert members(answer) == {name(first, "IMG_0003_"): PICTURE, name(second, "1_"): PICTURE}
    assert answer.headers["content-disposition"].startswith('attachment; filename="photochanger-')


async def test_what_is_gone_is_left_out_and_named(
    operator: Person, admin: Person, mongo: Mongo, store: MediaStore
) -> None:
    slot_id, unknown = a_slot_id(), str(uuid.uuid4())
    kept, lost, revoked, expired = [await finished(mongo, store, slot_id) for _ in range(4)]
    running = await admitted(mongo, slot_id)
    await store.delete(Bucket.RESULTS, result_key(lost.id, 1, lost.created_at))
    assert (await admin.ask("POST", f"/api/v1/results/{revoked.id}/revoke")).status == 204
    await mongo.database["jobs"].update_one({"_id": expired.id}, [{"$set": {"expires_at": "$$NOW"}}])

    answer = await chosen(operator, unknown, lost.id, revoked.id, expired.id, running.id, kept.id)

    found = members(answer)
    told = found.pop("left-out.txt").decode()
    assert list(found.values()) == [PICTURE]
    assert [job_id in told for job_id in (unknown, lost.id, revoked.id, expired.id, running.id, kept.id)] == [
        *[True] * 5,
        False,
    ]


async def test_a_filter_gives_what_the_gallery_shows(operator: Person, mongo: Mongo, store: MediaStore) -> None:
    slot_id = a_slot_id()
    jobs = [await finished(mongo, store, slot_id) for _ in range(2)]
    trial = await finished(mongo, store, slot_id, source=JobSource.TEST_RUN)

    plain = members(await operator.ask("GET", f"{ZIP}?slot_id={slot_id}"))
    with_trials = members(await operator.ask("GET", f"{ZIP}?slot_id={slot_id}&include_test_runs=true"))

    assert sorted(name[-12:-4] for name in plain) == sorted(job.id[:8] for job in jobs)
    assert sorted(name[-12:-4] for name in with_trials) == sorted(job.id[:8] for job in [*jobs, trial])


async def test_without_a_picture_there_is_no_archive(operator: Person, mongo: Mongo, store: MediaStore) -> None:
    lost = await finished(mongo, store, a_slot_id())
    await store.delete(Bucket.RESULTS, result_key(lost.id, 1, lost.created_at))

    answers = [
        await chosen(operator, lost.id, str(uuid.uuid4())),
        await operator.ask("GET", f"{ZIP}?slot_id={a_slot_id()}"),
    ]

    assert [(answer.status, answer.json["code"]) for answer in answers] == [(404, "not_found")] * 2


@pytest.mark.parametrize("ids", [[], ["x"], [str(uuid.uuid4())] * 501, "x", None])
async def test_a_wrong_selection_is_refused(operator: Person, viewer: Person, ids: Any) -> None:
    assert (await operator.ask("POST", ZIP, json={"ids": ids})).status == 422
    assert (await viewer.ask("POST", ZIP, json={"ids": ids})).status == 403


async def test_a_picture_that_breaks_in_the_middle_breaks_the_archive(
    operator: Person, mongo: Mongo, store: MediaStore
) -> None:
    job = await finished(mongo, store, a_slot_id())
    await store.put(Bucket.RESULTS, result_key(job.id, 1, job.created_at), bytes(9 * MIB), content_type="image/jpeg")
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"result_size_bytes": 11 * MIB}})

    with pytest.raises(aiohttp.ClientPayloadError):
        await chosen(operator, job.id)


@pytest.fixture
async def alone(
    mongo_url: str, mongo: Mongo, rabbitmq: RunningServer, minio: RunningMinio
) -> AsyncIterator[tuple[Person, psutil.Process]]:
    """An operator at an admin API that nobody else uses."""
    settings = admin_settings(mongo_url) | server_environ(rabbitmq, mongo_url, minio)
    with running_admin_process(settings) as (url, process):
        async with person(url, "operator") as operator:
            yield operator, psutil.Process(process.pid)


async def many(mongo: Mongo, store: MediaStore, slot_id: str, count: int) -> None:
    """So many rows that are done; all show one picture, as what is measured is not the store."""
    first = await finished(mongo, store, slot_id)
    row = await mongo.database["jobs"].find_one({"_id": first.id})
    assert row is not None
    changes = [
        {
            "_id": str(uuid.uuid4()),
            "public_id": uuid.uuid4().hex,
            "created_at": row["created_at"] - timedelta(seconds=n),
        }
        for n in range(1, count)
    ]
    await mongo.database["jobs"].insert_many([row | change for change in changes])


async def test_a_large_archive_is_streamed_in_little_memory_to_a_slow_client(
    alone: tuple[Person, psutil.Process], mongo: Mongo, store: MediaStore
) -> None:
    operator, process = alone
    slot_id, count = a_slot_id(), 120
    await many(mongo, store, slot_id, count)
    await operator.ask("GET", f"{ZIP}?slot_id={slot_id}&until={datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    before, peak, received = process.memory_info().rss, 0, 0

    async with operator.http.get(f"{ZIP}?slot_id={slot_id}") as answer:
        async for piece in answer.content.iter_chunked(MIB):
            received += len(piece)
            if received // (32 * MIB) != (received - len(piece)) // (32 * MIB):
                await asyncio.sleep(0.05)
                peak = max(peak, process.memory_info().rss)

    assert received > count * len(PICTURE)
    assert peak - before <= 40 * MIB, f"{(peak - before) / MIB:.0f} MiB"


async def test_a_third_archive_waits_for_its_turn(
    alone: tuple[Person, psutil.Process], mongo: Mongo, store: MediaStore
) -> None:
    operator, _ = alone
    slot_id = a_slot_id()
    await many(mongo, store, slot_id, 40)
    path = f"{ZIP}?slot_id={slot_id}"

    async with operator.http.get(path) as one, operator.http.get(path) as other:
        third = await operator.ask("GET", path)
        assert (one.status, other.status, third.status) == (200, 200, 503)
    assert third.json["code"] == "capacity_exceeded"
    assert int(third.headers["retry-after"]) > 0

    async with asyncio.timeout(10):
        while (await operator.ask("GET", f"{path}&since=2199-01-01T00:00:00Z")).status == 503:
            await asyncio.sleep(0.1)
