"""Late answers change nothing and leave nothing; what is of no use any more is stopped."""

import asyncio
import time

from photochanger.domain.job import AttemptOutcome, JobStatus
from tests.integration.provider_worker.conftest import Studio
from tests.servers import RunningMinio


async def test_a_cancelled_job_stops_its_call_within_a_second(studio: Studio) -> None:
    job = await studio.submit("hang")
    await studio.until_called(job)

    await studio.jobs.finish_cancelled(job.id, detail="")

    cancelled_at = time.monotonic()
    async with asyncio.timeout(5):
        while not (await studio.calls(job))[0]["client_hung_up"]:
            await asyncio.sleep(0.02)
    assert time.monotonic() - cancelled_at < 1
    assert (await studio.row(job)).status is JobStatus.CANCELLED


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
