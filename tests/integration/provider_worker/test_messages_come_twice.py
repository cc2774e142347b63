"""Duplicated, redelivered and stale messages change nothing and cost nothing."""

import asyncio

from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket
from photochanger.provider_worker.stored_result import describe
from tests.integration.provider_worker.conftest import Studio


async def test_a_redelivered_message_joins_the_running_attempt(studio: Studio) -> None:
    job = await studio.submit("slow=1")
    await studio.until_called(job)

    await studio.dispatch(job)

    assert (await studio.ended(job)).status is JobStatus.DONE
    assert await studio.queue_is_empty()
    assert len(await studio.calls(job)) == 1


async def test_a_message_of_an_ended_job_is_acknowledged_without_a_call(studio: Studio) -> None:
    job = await studio.admit()
    await studio.jobs.finish_cancelled(job.id, detail="")

    await studio.dispatch(job)

    await asyncio.sleep(0.5)
    assert await studio.queue_is_empty()
    assert await studio.calls(job) == []


async def test_a_stored_picture_of_a_dead_process_is_adopted_with_no_further_call(studio: Studio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job)
    picture = FinishedPicture(b"picture", PictureType.JPEG, 1024, 768, "cd" * 32)
    await studio.servers.store.put(
        Bucket.RESULTS,
        result_key(job.id, 1, job.created_at),
        picture.data,
        content_type="image/jpeg",
        metadata=describe(picture, provider_reference="r-1"),
    )

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert row.status is JobStatus.DONE
    assert (row.result_sha256, row.result_width, row.result_size_bytes) == ("cd" * 32, 1024, 7)
    assert row.attempts[0].provider_reference == "r-1"
    assert await studio.calls(job) == []


async def test_a_call_lost_with_its_process_is_written_off_and_made_once_more(studio: Studio) -> None:
    job = await studio.admit()
    await studio.left_by_a_dead_process(job)

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert [attempt.outcome for attempt in row.attempts] == [AttemptOutcome.LOST, AttemptOutcome.DELIVERED]
    assert len(await studio.calls(job)) == 1


async def test_another_living_process_keeps_its_attempt(studio: Studio) -> None:
    job = await studio.admit()
    assert await studio.attempts.claim(job.id, 1, "living") is not None

    await studio.dispatch(job)

    await asyncio.sleep(2)
    assert await studio.calls(job) == []
    assert (await studio.row(job)).attempts[0].owner == "living"
    await studio.jobs.finish_cancelled(job.id, detail="")
    assert await studio.queue_is_empty()


async def test_a_lease_that_is_not_renewed_is_taken_over_within_the_window(studio: Studio) -> None:
    job = await studio.admit()
    assert await studio.attempts.claim(job.id, 1, "dies now") is not None

    await studio.dispatch(job)

    row = await studio.ended(job, within_seconds=12)
    assert row.status is JobStatus.DONE
    assert len(await studio.calls(job)) == 1


async def test_leases_of_long_calls_are_renewed(studio: Studio) -> None:
    job = await studio.submit("slow=8")
    await studio.until_called(job)

    await asyncio.sleep(7)

    assert await studio.attempts.claim(job.id, 1, "thief") is None
    assert (await studio.ended(job)).status is JobStatus.DONE
