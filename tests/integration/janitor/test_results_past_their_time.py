"""A result's end: objects first, then the row; a tombstone for 30 days; nothing that lives is touched."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from pydantic import SecretStr

from media_janitor import expiry_cleaning
from media_janitor.cleaning import Cleaning
from media_janitor.expiry_cleaning import ExpiryCleaning
from media_janitor.orphans import Kind
from media_janitor.sweep import Janitor
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_keys import PreviewSize, preview_key
from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry
from tests.integration.janitor.conftest import Later, clean, done_job, run_once, stored
from tests.job_rows import new_job
from tests.servers import RunningMinio

REST = timedelta(minutes=5)


async def shown_job(mongo: Mongo, store: MediaStore) -> Job:
    """A job behind whose link is a picture, already looked at."""
    job = await done_job(JobRepository(mongo.database), AttemptRepository(mongo.database))
    for key in objects_of(job):
        await store.put(Bucket.RESULTS, key, b"picture", content_type="image/jpeg")
    return job


def objects_of(job: Job) -> set[str]:
    assert job.result_key is not None
    return {job.result_key, *(preview_key(job.result_key, size) for size in PreviewSize)}


async def move_expiry(mongo: Mongo, job: Job, by: timedelta) -> None:
    """Make the job expire at that distance from now."""
    expires_at = {"$add": ["$$NOW", round(by.total_seconds() * 1000)]}
    await mongo.database["jobs"].update_one({"_id": job.id}, [{"$set": {"expires_at": expires_at}}])


async def row_of(mongo: Mongo, job: Job) -> dict[str, object]:
    row = await mongo.database["jobs"].find_one({"_id": job.id})
    assert row is not None
    return row


async def test_one_round_takes_an_expired_result_with_its_previews_and_leaves_its_neighbour(
    janitor: Janitor, mongo: Mongo, store: MediaStore
) -> None:
    expired, living = await shown_job(mongo, store), await shown_job(mongo, store)
    await move_expiry(mongo, expired, -timedelta(seconds=1))
    before = await row_of(mongo, living)

    cleaning = await clean(janitor)

    assert await stored(store, Bucket.RESULTS) == objects_of(living)
    assert await row_of(mongo, living) == before
    kinds = (Kind.EXPIRED_RESULT, Kind.EXPIRED_PREVIEW, Kind.CLIENT_DATA)
    assert [cleaning.removed[kind] for kind in kinds] == [1, 2, 1]


async def test_a_result_a_second_before_its_end_stays(janitor: Janitor, mongo: Mongo, store: MediaStore) -> None:
    job = await shown_job(mongo, store)
    await move_expiry(mongo, job, timedelta(seconds=10))

    await clean(janitor)

    assert await stored(store, Bucket.RESULTS) == objects_of(job)


async def test_a_tombstone_keeps_its_story_and_nothing_of_guest_booth_and_prompt(
    janitor: Janitor, mongo: Mongo, store: MediaStore
) -> None:
    job = await shown_job(mongo, store)
    await mongo.database["jobs"].update_one(
        {"_id": job.id},
        {"$set": {"attempts.0.detail": "CANARY", "events.0.detail": "CANARY", "failure_detail": "CANARY"}},
    )
    await move_expiry(mongo, job, -timedelta(seconds=1))
    before = await row_of(mongo, job)

    await clean(janitor)

    after = await row_of(mongo, job)
    left = json.dumps(after, default=str)
    secrets = ("CANARY", "oil painting", "DESKTOP-ABC1234", "IMG_0003.JPG", "ab" * 32, "aW5saW5l", str(job.result_key))
    assert [word for word in secrets if word in left] == []
    kept = ("_id", "public_id", "slot_id", "status", "created_at", "finalized_at", "expires_at", "result_sha256")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    tombstone = Job.model_validate(after)
    assert tombstone.tombstoned_at is not None
    assert [attempt.outcome for attempt in tombstone.attempts] == [AttemptOutcome.DELIVERED]
    assert [event.name for event in tombstone.events] == [event.name for event in job.events]
    assert [route.provider for route in tombstone.slot_snapshot.routes] == ["gemini", "turbotext"]


async def test_the_link_of_a_tombstone_says_expired_not_unknown(
    janitor: Janitor, mongo: Mongo, store: MediaStore
) -> None:
    job = await shown_job(mongo, store)
    await move_expiry(mongo, job, -timedelta(days=29))

    await clean(janitor)

    link = await JobUpkeep(mongo.database).find_by_public_id(job.public_id)
    assert link is not None
    assert (link.is_expired, link.key) == (True, None)


async def test_a_job_that_failed_becomes_a_tombstone_too(
    janitor: Janitor, mongo: Mongo, jobs: JobRepository, store: MediaStore
) -> None:
    job = await jobs.admit(new_job(), left_ms=30_000)
    await jobs.finish_failed(job.id, FailureReason.PROVIDER_ERROR, detail="the provider said CANARY")
    await move_expiry(mongo, job, -timedelta(seconds=1))

    await clean(janitor)

    row = Job.model_validate(await row_of(mongo, job))
    assert (row.status, row.failure_reason) == (JobStatus.FAILED, FailureReason.PROVIDER_ERROR)
    assert (row.failure_detail, row.client, row.filename) == ("", (), "")


async def test_a_running_job_is_no_tombstone_however_old(
    janitor: Janitor, mongo: Mongo, jobs: JobRepository, store: MediaStore
) -> None:
    job = await jobs.admit(new_job(), left_ms=30_000)
    await move_expiry(mongo, job, -timedelta(days=90))

    await clean(janitor)

    assert (await row_of(mongo, job))["filename"] == "IMG_0003.JPG"


@pytest.mark.parametrize(("days", "rows"), [(29.9, 1), (30.1, 0)])
async def test_a_tombstone_goes_after_thirty_days(
    janitor: Janitor, mongo: Mongo, store: MediaStore, *, days: float, rows: int
) -> None:
    job = await shown_job(mongo, store)
    await move_expiry(mongo, job, -timedelta(days=days))

    await clean(janitor)

    assert await mongo.database["jobs"].count_documents({"_id": job.id}) == rows
    assert await stored(store, Bucket.RESULTS) == set()


async def test_a_janitor_killed_between_object_and_row_left_nothing_undone(
    janitor: Janitor, mongo: Mongo, store: MediaStore
) -> None:
    job = await shown_job(mongo, store)
    await move_expiry(mongo, job, -timedelta(seconds=1))
    for key in objects_of(job):
        await store.delete(Bucket.RESULTS, key)

    cleanings = [await clean(janitor) for _ in range(2)]

    assert (await row_of(mongo, job))["tombstoned_at"] is not None
    assert [cleaning.removed[Kind.CLIENT_DATA] for cleaning in cleanings] == [1, 0]


class StubbornStore(MediaStore):
    """Holds on to some objects."""

    kept: Sequence[str] = ()

    async def delete(self, bucket: Bucket, key: str, *, timeout_seconds: float = 5.0) -> None:
        if key in self.kept:
            raise StoreUnavailable("it stays")
        await super().delete(bucket, key, timeout_seconds=timeout_seconds)


async def test_a_row_keeps_the_name_of_an_object_that_would_not_go_and_others_go_on(
    mongo: Mongo, store: MediaStore, minio: RunningMinio, later: Later
) -> None:
    stuck, other = await shown_job(mongo, store), await shown_job(mongo, store)
    for job in (stuck, other):
        await move_expiry(mongo, job, -timedelta(seconds=1))

    async with StubbornStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as stubborn:
        stubborn.kept = [str(stuck.result_key)]
        cleaning = Cleaning(stubborn, Telemetry("tests"), is_dry_run=False)
        await ExpiryCleaning(stubborn, JobRetention(mongo.database)).clean(cleaning)

    assert cleaning.errors == 1
    assert (await row_of(mongo, stuck))["result_key"] == stuck.result_key
    assert (await row_of(mongo, other))["result_key"] is None


async def test_more_than_a_page_of_expired_jobs_goes_in_one_round(
    monkeypatch: pytest.MonkeyPatch, janitor: Janitor, mongo: Mongo, jobs: JobRepository, store: MediaStore
) -> None:
    monkeypatch.setattr(expiry_cleaning, "PAGE", 2)
    for _ in range(5):
        job = await jobs.admit(new_job(), left_ms=30_000)
        await jobs.finish_cancelled(job.id, detail="")
        await move_expiry(mongo, job, -timedelta(seconds=1))

    cleaning = await clean(janitor)

    assert cleaning.removed[Kind.CLIENT_DATA] == 5


async def test_a_dry_run_counts_what_would_go_and_touches_nothing(
    settings: Mapping[str, str], mongo: Mongo, store: MediaStore
) -> None:
    old, expired = await shown_job(mongo, store), await shown_job(mongo, store)
    await move_expiry(mongo, old, -timedelta(days=29))
    run_once(settings)
    await move_expiry(mongo, old, -timedelta(days=31))
    await move_expiry(mongo, expired, -timedelta(seconds=1))

    said = [run_once(settings, *arguments)["removed"] for arguments in (["--dry-run"], [], [])]

    kinds = ("expired_result", "expired_preview", "client_data", "tombstone")
    assert [[removed[kind] for kind in kinds] for removed in said] == [[1, 2, 1, 1], [1, 2, 1, 1], [0, 0, 0, 0]]


async def test_a_promised_picture_that_is_gone_is_marked_until_it_is_back(
    janitor: Janitor, mongo: Mongo, store: MediaStore
) -> None:
    lost, whole = await shown_job(mongo, store), await shown_job(mongo, store)
    await store.delete(Bucket.RESULTS, str(lost.result_key))

    looks = []
    for _ in range(2):
        cleaning = await clean(janitor)
        looks.append((cleaning.missing, await JobRetention(mongo.database).count_missing()))
    is_marked = [(await row_of(mongo, job)).get("result_missing_at") is not None for job in (lost, whole)]
    await store.put(Bucket.RESULTS, str(lost.result_key), b"picture", content_type="image/jpeg")
    await clean(janitor)

    assert looks == [(1, 1), (1, 1)]
    assert is_marked == [True, False]
    assert await JobRetention(mongo.database).count_missing() == 0


async def test_a_revoked_picture_is_not_missed(janitor: Janitor, mongo: Mongo, store: MediaStore) -> None:
    job = await shown_job(mongo, store)
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"result_key": None}})

    assert (await clean(janitor)).missing == 0


async def test_the_walk_through_all_pictures_rests_after_its_end_and_begins_anew(
    mongo: Mongo, store: MediaStore, later: Later
) -> None:
    upkeep, reader, retention = JobUpkeep(mongo.database), JobReader(mongo.database), JobRetention(mongo.database)
    janitor = Janitor(
        store, upkeep, reader=reader, retention=retention, now=later.now, telemetry=Telemetry("tests"), walk_rest=REST
    )
    job = await shown_job(mongo, store)
    missing = [(await clean(janitor)).missing]
    await store.delete(Bucket.RESULTS, str(job.result_key))

    missing.append((await clean(janitor)).missing)
    later.by += REST
    missing.append((await clean(janitor)).missing)

    assert missing == [0, 0, 1]
