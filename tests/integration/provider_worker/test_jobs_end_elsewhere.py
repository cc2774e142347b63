"""Late answers change nothing and leave nothing; what is of no use any more is stopped."""

import asyncio
import time

import pytest

from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.provider_worker import service
from tests.integration.provider_worker.conftest import Studio
from tests.servers import RunningMinio


async def test_a_cancelled_job_stops_its_call_within_a_second(studio: Studio) -> None:
    job = await studio.submit("hang")
    await studio.until_called(job)

    await studio.jobs.finish_cancelled(job.id, detail="")

    assert await seconds_until_stopped(studio, job) < 1
    assert (await studio.row(job)).status is JobStatus.CANCELLED
    assert (await studio.attempt_ended(job)).outcome is AttemptOutcome.LATE
    assert await studio.results(job) == []


async def seconds_until_stopped(studio: Studio, job: Job) -> float:
    started = time.monotonic()
    async with asyncio.timeout(5):
        while not (await studio.calls(job))[0]["client_hung_up"]:
            await asyncio.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_SECONDS", 60.0)


@pytest.mark.usefixtures("nobody_looks")
async def test_the_event_of_a_cancellation_stops_the_call_before_the_next_look(studio: Studio) -> None:
    servers = studio.servers
    finalizer = JobFinalizer(studio.jobs, servers.store, servers.broker, servers.background)
    job = await studio.submit("hang")
    await studio.until_called(job)

    await finalizer.cancel(job.id, detail="")

    assert await seconds_until_stopped(studio, job) < 1


async def test_a_cancelled_job_is_never_called_for_again(studio: Studio) -> None:
    job = await studio.submit("hang")
    await studio.until_called(job)
    await studio.jobs.finish_cancelled(job.id, detail="")
    await seconds_until_stopped(studio, job)

    await studio.dispatch(job)

    assert await studio.queue_is_empty()
    assert len(await studio.calls(job)) == 1


async def test_a_late_answer_leaves_no_object_and_changes_nothing(studio: Studio) -> None:
    job = await studio.admit()
    studio.adapter.after_answer = lambda: studio.jobs.finish_cancelled(job.id, detail="too late")

    await studio.dispatch(job)

    attempt = await studio.attempt_ended(job)
    row = await studio.row(job)
    assert attempt.outcome is AttemptOutcome.LATE
    assert (row.status, row.result_key, row.result_sha256) == (JobStatus.CANCELLED, None, None)
    assert await studio.results(job) == []
    assert b"photochanger_late_results_total" in studio.servers.telemetry.render()


async def test_a_store_that_goes_away_before_the_result_is_a_storage_outcome(
    studio: Studio, minio: RunningMinio
) -> None:
    job = await studio.admit()
    studio.adapter.after_answer = lambda: asyncio.to_thread(minio.kill)

    try:
        await studio.dispatch(job)
        attempt = await studio.attempt_ended(job)
    finally:
        minio.start()  # not in a thread: a server dies with the thread that started it

    assert attempt.outcome is AttemptOutcome.STORAGE
    assert (await studio.until_told(job)).attempt == 1
    assert len(await studio.calls(job)) == 1
