"""A janitor on a real database and a real store, and jobs in every state for it to look at."""

import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from media_janitor.cleaning import Cleaning
from media_janitor.sweep import Janitor
from photochanger.domain.job import Job
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, Mongo, connect, ensure_indexes
from photochanger.observability import Telemetry
from tests.job_rows import delivery, new_job, slot_with_fallback
from tests.servers import RunningMinio, RunningServer
from tests.service_process import ROOT, service_environment


@pytest.fixture
def settings(mongodb: RunningServer, minio: RunningMinio) -> Mapping[str, str]:
    return {
        "MONGO_URL": mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?"),
        "S3_URL": minio.url,
        "S3_ACCESS_KEY": minio.access_key,
        "S3_SECRET_KEY": minio.secret_key,
    }


@pytest.fixture
async def mongo(settings: Mapping[str, str]) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(settings["MONGO_URL"]), timeout_ms=3_000) as mongo:
        await ensure_indexes(mongo.database)
        yield mongo


@pytest.fixture
async def store(minio: RunningMinio) -> AsyncIterator[MediaStore]:
    async with MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store:
        await store.ensure_buckets()
        for bucket in (Bucket.SOURCES, Bucket.RESULTS):
            for left in await store.list(bucket, limit=1_000):
                await store.delete(bucket, left.key)
        yield store


class Later:
    """The database's clock, moved: everything stored looks that much older."""

    def __init__(self, clock: DatabaseClock) -> None:
        self._clock = clock
        self.by = timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self.by


@pytest.fixture
async def later(mongo: Mongo) -> AsyncIterator[Later]:
    async with DatabaseClock(mongo) as clock:
        await clock.sample()
        yield Later(clock)


@pytest.fixture
def janitor(mongo: Mongo, store: MediaStore, later: Later) -> Janitor:
    return Janitor(
        store,
        JobUpkeep(mongo.database),
        reader=JobReader(mongo.database),
        retention=JobRetention(mongo.database),
        now=later.now,
        telemetry=Telemetry("tests"),
        walk_rest=timedelta(),
    )


@pytest.fixture
def jobs(mongo: Mongo) -> JobRepository:
    return JobRepository(mongo.database)


async def clean(janitor: Janitor) -> Cleaning:
    cleaning = await janitor.run_once(is_dry_run=False)
    assert cleaning.errors == 0
    return cleaning


async def photographed(jobs: JobRepository, store: MediaStore) -> Job:
    """A running job with its photo."""
    job = await jobs.admit(new_job(), left_ms=30_000)
    await store.put(Bucket.SOURCES, job.photo.key, b"photo", content_type="image/jpeg")
    return job


async def stored(store: MediaStore, bucket: Bucket) -> set[str]:
    return {found.key for found in await store.list(bucket, limit=1_000)}


async def done_job(jobs: JobRepository, attempts: AttemptRepository) -> Job:
    """A job whose picture is promised to be there, but was not stored yet."""
    job = await jobs.admit(new_job(slot_with_fallback()), left_ms=30_000)
    route = job.slot_snapshot.routes[0]
    await jobs.start_attempt(
        job.id, route=0, provider=route.provider, operation=route.operation, cut_left_ms=500, after=0
    )
    await attempts.claim(job.id, 1, "worker")
    key = result_key(job.id, 1, job.created_at)
    await jobs.finish_done(job.id, delivery(1, "worker", inline_base64="aW5saW5l", key=key))
    done = await jobs.get(job.id)
    assert done is not None
    return done


def run_once(settings: Mapping[str, str], *arguments: str) -> dict[str, dict[str, int]]:
    environment = service_environment({**settings, "METRICS_PORT": "0"})
    command = [sys.executable, "-m", "media_janitor", "--once", *arguments]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    result: dict[str, dict[str, int]] = json.loads(ended.stdout.splitlines()[-1])
    return result
