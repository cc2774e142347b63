"""What dead processes left behind goes; what lives stays."""

import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta

from pydantic import SecretStr

from media_janitor import orphans
from media_janitor.orphans import Kind
from media_janitor.sweep import Janitor
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry
from tests.eventually import eventually
from tests.integration.janitor.conftest import Later, clean, done_job, photographed, run_once, stored
from tests.service_process import ROOT, running_service, service_environment


async def test_the_photo_of_an_ended_job_goes_and_that_of_a_running_one_stays(
    janitor: Janitor, jobs: JobRepository, store: MediaStore, later: Later
) -> None:
    running, ended = await photographed(jobs, store), await photographed(jobs, store)
    await jobs.finish_cancelled(ended.id, detail="ended without a cleaner")
    later.by = timedelta(hours=3)

    cleanings = [await clean(janitor) for _ in range(3)]

    assert await stored(store, Bucket.SOURCES) == {running.photo.key}
    assert sum(cleaning.removed[Kind.SOURCE_OF_ENDED_JOB] for cleaning in cleanings) == 1


async def test_a_photo_that_no_job_was_admitted_for_goes_at_the_second_look(
    janitor: Janitor, store: MediaStore, later: Later
) -> None:
    await store.put(Bucket.SOURCES, f"{uuid.uuid4()}/source", b"photo", content_type="image/jpeg")
    later.by = orphans.ROWLESS_AGE

    looks = []
    for _ in range(2):
        await clean(janitor)
        looks.append(len(await stored(store, Bucket.SOURCES)))

    assert looks == [1, 0]


async def test_a_photo_just_put_waits_for_its_row(janitor: Janitor, store: MediaStore) -> None:
    await store.put(Bucket.SOURCES, f"{uuid.uuid4()}/source", b"photo", content_type="image/jpeg")

    for _ in range(3):
        await clean(janitor)

    assert len(await stored(store, Bucket.SOURCES)) == 1


async def test_pictures_that_came_too_late_go_and_results_stay(
    janitor: Janitor, mongo: Mongo, store: MediaStore, later: Later
) -> None:
    jobs, attempts = JobRepository(mongo.database), AttemptRepository(mongo.database)
    done, running = await done_job(jobs, attempts), await photographed(jobs, store)
    assert done.result_key is not None
    late, no_job = result_key(done.id, 2, later.now()), result_key(str(uuid.uuid4()), 1, later.now())
    may_win = result_key(running.id, 1, later.now())
    for key in (done.result_key, late, no_job, may_win):
        await store.put(Bucket.RESULTS, key, b"picture", content_type="image/jpeg")

    await clean(janitor)
    young = await stored(store, Bucket.RESULTS)
    later.by = orphans.LATE_RESULT_AGE
    await clean(janitor)

    assert young == {done.result_key, late, no_job, may_win}
    assert await stored(store, Bucket.RESULTS) == {done.result_key, no_job, may_win}


async def test_a_picture_of_an_unknown_job_goes_after_a_day(janitor: Janitor, store: MediaStore, later: Later) -> None:
    long_ago = later.now() - timedelta(days=5)
    await store.put(Bucket.RESULTS, result_key(str(uuid.uuid4()), 1, long_ago), b"picture", content_type="image/jpeg")
    later.by = orphans.ROWLESS_RESULT_AGE

    cleaning = await clean(janitor)

    assert cleaning.removed[Kind.RESULT_WITHOUT_JOB] == 1
    assert await stored(store, Bucket.RESULTS) == set()


async def test_a_stale_inline_picture_goes_and_a_fresh_one_stays(
    janitor: Janitor, mongo: Mongo, jobs: JobRepository, later: Later
) -> None:
    attempts = AttemptRepository(mongo.database)
    stale, fresh = [await done_job(jobs, attempts) for _ in range(2)]
    long_ago = [{"$set": {"finalized_at": {"$subtract": ["$$NOW", 31_000]}}}]
    await mongo.database["jobs"].update_one({"_id": stale.id}, long_ago)

    await clean(janitor)

    pictures = []
    for job in (stale, fresh):
        row = await jobs.get(job.id, with_inline=True)
        assert row is not None
        pictures.append(row.result_inline_base64)
    assert pictures == [None, "aW5saW5l"]


async def test_a_store_that_is_down_stops_no_other_cleaning(mongo: Mongo, jobs: JobRepository, later: Later) -> None:
    stale = await done_job(jobs, AttemptRepository(mongo.database))
    long_ago = [{"$set": {"finalized_at": {"$subtract": ["$$NOW", 31_000]}}}]
    await mongo.database["jobs"].update_one({"_id": stale.id}, long_ago)
    secret = SecretStr("nobody listens")

    async with MediaStore("http://127.0.0.1:9", secret, secret) as store:
        upkeep, reader = JobUpkeep(mongo.database), JobReader(mongo.database)
        retention = JobRetention(mongo.database)
        janitor = Janitor(
            store, upkeep, reader=reader, retention=retention, now=later.now, telemetry=Telemetry("tests")
        )
        cleaning = await janitor.run_once(is_dry_run=False)

    assert (cleaning.errors, cleaning.removed[Kind.INLINE_PICTURE]) == (3, 1)


async def test_a_dry_run_says_what_would_go_and_touches_nothing(
    settings: Mapping[str, str], jobs: JobRepository, store: MediaStore
) -> None:
    job = await photographed(jobs, store)
    await jobs.finish_cancelled(job.id, detail="ended without a cleaner")

    said = [run_once(settings, "--dry-run"), run_once(settings), run_once(settings)]

    assert [run["removed"]["source_of_ended_job"] for run in said] == [1, 1, 0]
    assert await stored(store, Bucket.SOURCES) == set()


async def test_a_dry_run_deletes_nothing(janitor: Janitor, jobs: JobRepository, store: MediaStore) -> None:
    job = await photographed(jobs, store)
    await jobs.finish_cancelled(job.id, detail="ended without a cleaner")

    cleaning = await janitor.run_once(is_dry_run=True)

    assert cleaning.removed[Kind.SOURCE_OF_ENDED_JOB] == 1
    assert await stored(store, Bucket.SOURCES) == {job.photo.key}


def test_one_round_without_a_database_is_one_line_and_no_success(settings: Mapping[str, str]) -> None:
    nowhere = {**settings, "MONGO_URL": "mongodb://127.0.0.1:9/photochanger", "METRICS_PORT": "0"}
    command = [sys.executable, "-m", "media_janitor", "--once"]

    ended = subprocess.run(
        command, env=service_environment(nowhere), cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("media-janitor: the database did not answer")
    assert len(ended.stderr.splitlines()) == 1


async def test_the_process_cleans_round_by_round_and_stops_when_asked(
    settings: Mapping[str, str], jobs: JobRepository, store: MediaStore
) -> None:
    job = await photographed(jobs, store)
    with running_service("media_janitor", {**settings, "JANITOR_SECONDS": "1"}) as service:
        await jobs.finish_cancelled(job.id, detail="ended without a cleaner")
        end = time.monotonic() + 10
        while await stored(store, Bucket.SOURCES):
            assert time.monotonic() < end

        counted = 'photochanger_janitor_deleted_total{kind="source_of_ended_job"} 1.0'
        await eventually(lambda: counted in service.metrics())
        await eventually(lambda: "photochanger_janitor_last_run_timestamp_seconds" in service.metrics())
        assert service.terminate(within_seconds=5) == 0
