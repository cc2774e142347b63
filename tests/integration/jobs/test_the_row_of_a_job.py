"""A job's row from its admission to its one end, on a real MongoDB."""

import asyncio
from collections import Counter
from datetime import timedelta

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import ClientField, EndedJob, Job, JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository, NewJob
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import delivery, new_job, new_slot


async def processing(jobs: JobRepository, attempts: AttemptRepository, *, left_ms: int = 10_000) -> Job:
    """Admit a job and give its first attempt to worker A."""
    new = new_job()
    await jobs.admit(new, left_ms=left_ms)
    await start(jobs, new, after=0)
    claimed = await attempts.claim(new.id, 1, "A")
    assert claimed is not None
    return claimed


async def start(jobs: JobRepository, new: NewJob, *, after: int) -> int | None:
    return await jobs.start_attempt(
        new.id, route=0, provider="gemini", operation=Operation.STYLE_TRANSFER, cut_left_ms=500, after=after
    )


async def test_the_deadline_is_what_is_left_of_the_window_by_the_databases_clock(jobs: JobRepository) -> None:
    job = await jobs.admit(new_job(), left_ms=9_000)

    assert job.sync_deadline - job.created_at == timedelta(seconds=9)
    assert 8_000 < job.left_ms <= 9_000


async def test_admitting_twice_changes_nothing(jobs: JobRepository) -> None:
    new = new_job()
    first = await jobs.admit(new, left_ms=9_000)

    second = await jobs.admit(new, left_ms=30_000)

    assert second.sync_deadline == first.sync_deadline
    assert second.created_at == first.created_at


async def test_a_window_is_made_shorter_while_its_job_runs_and_never_longer(jobs: JobRepository) -> None:
    late, ended = [await jobs.admit(new_job(), left_ms=9_000) for _ in range(2)]
    assert await jobs.finish_failed(ended.id, FailureReason.PROVIDER_ERROR, detail="") is not None

    for job, left_ms in ((late, 4_000), (late, 20_000), (ended, 4_000)):
        await jobs.shorten(job.id, left_ms=left_ms)

    shortened, as_it_was = await jobs.get(late.id), await jobs.get(ended.id)
    assert shortened is not None
    assert 3_000 < shortened.left_ms <= 4_000
    assert as_it_was is not None
    assert as_it_was.sync_deadline == ended.sync_deadline


async def test_what_a_booth_says_is_never_read_as_a_field_path(jobs: JobRepository) -> None:
    fields = (ClientField(name="$slot_snapshot", value="$ingest_password"), ClientField(name="a.b", value="$$NOW"))
    slot = new_slot(params={"prompt": "$slot_snapshot.params", "$set": {"$where": 1}})

    job = await jobs.admit(new_job(slot, client=fields, filename="$public_id"), left_ms=9_000)

    assert job.client == fields
    assert job.filename == "$public_id"
    assert job.slot_snapshot.routes[0].params == slot.params


async def test_an_attempt_is_started_once_however_often_its_message_comes(jobs: JobRepository) -> None:
    new = new_job()
    await jobs.admit(new, left_ms=9_000)

    started = await asyncio.gather(*(start(jobs, new, after=0) for _ in range(20)))

    assert sum(left_ms is not None for left_ms in started) == 1


async def test_a_job_whose_window_is_over_gets_no_attempt(jobs: JobRepository) -> None:
    new = new_job()
    await jobs.admit(new, left_ms=-1)

    assert await start(jobs, new, after=0) is None


async def test_a_picture_ends_the_job_and_starts_the_life_of_its_link(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await processing(jobs, attempts)

    ended = await jobs.finish_done(job.id, delivery(1, "A"))

    done = await reread(jobs, job)
    assert ended == EndedJob.of(done)
    assert (done.status, done.is_finalized, done.result_size_bytes) == (JobStatus.DONE, True, 5)
    assert done.finalized_at is not None
    assert done.expires_at == done.finalized_at + timedelta(hours=72)
    assert [event.name for event in done.events] == ["received", "dispatched", "provider_responded", "done"]


async def test_a_picture_after_the_deadline_changes_nothing(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await processing(jobs, attempts, left_ms=1_000)
    await asyncio.sleep(1.05)

    assert await jobs.finish_done(job.id, delivery(1, "A")) is None
    assert (await reread(jobs, job)).status is JobStatus.PROCESSING


async def test_a_timeout_is_not_written_while_a_picture_can_still_come(jobs: JobRepository) -> None:
    new = new_job()
    await jobs.admit(new, left_ms=5_000)

    assert await jobs.finish_timeout(new.id) is None


async def test_a_timeout_may_be_written_from_the_answer_reserve_on(jobs: JobRepository) -> None:
    new = new_job(answer_reserve_ms=500)
    await jobs.admit(new, left_ms=400)

    ended = await jobs.finish_timeout(new.id)

    assert ended is not None
    assert (ended.status, ended.failure_reason) == (JobStatus.TIMEOUT, FailureReason.TIMEOUT)


async def test_of_many_ends_at_once_exactly_one_is_written(jobs: JobRepository, attempts: AttemptRepository) -> None:
    ends: Counter[str] = Counter()

    for _ in range(25):
        job = await processing(jobs, attempts, left_ms=400)
        results = await asyncio.gather(
            jobs.finish_done(job.id, delivery(1, "A")),
            jobs.finish_timeout(job.id),
            jobs.finish_failed(job.id, FailureReason.PROVIDER_ERROR, detail="x"),
            jobs.finish_cancelled(job.id, detail="x"),
        )
        won = [result for result in results if result is not None]
        assert len(won) == 1
        assert (await reread(jobs, job)).status is won[0].status
        ends[won[0].status] += 1

    assert ends.total() == 25


async def test_of_the_jobs_asked_for_only_those_that_ended_are_told(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    running, done, not_asked = [await processing(jobs, attempts) for _ in range(3)]
    for job in (done, not_asked):
        await jobs.finish_done(job.id, delivery(1, "A"))

    assert await jobs.ended([running.id, done.id, "no-such-job"]) == {done.id}


async def test_a_terminal_row_never_changes_its_end(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await processing(jobs, attempts)
    await jobs.finish_done(job.id, delivery(1, "A"))
    done = await reread(jobs, job)

    assert await jobs.finish_failed(job.id, FailureReason.INTERNAL, detail="late") is None
    assert await jobs.finish_cancelled(job.id, detail="late") is None
    assert await jobs.finish_done(job.id, delivery(1, "A", key="other")) is None
    assert (await reread(jobs, job)).finalized_by == done.finalized_by


async def test_the_inline_copy_goes_and_every_other_result_field_stays(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await processing(jobs, attempts)
    await jobs.finish_done(job.id, delivery(1, "A", inline_base64="QUJD"))
    before = await jobs.get(job.id, with_inline=True)

    await jobs.clear_inline(job.id)

    after = await jobs.get(job.id, with_inline=True)
    assert before is not None
    assert before.result_inline_base64 == "QUJD"
    assert after is not None
    ignored = {"result_inline_base64", "left_ms"}
    assert after.result_inline_base64 is None
    assert after.model_dump(exclude=ignored) == before.model_dump(exclude=ignored)


async def test_a_link_shows_a_picture_until_it_expires_and_nothing_else(
    jobs: JobRepository, attempts: AttemptRepository, upkeep: JobUpkeep, mongo: Mongo
) -> None:
    job = await processing(jobs, attempts)
    assert await upkeep.find_by_public_id(job.public_id) is None
    await jobs.finish_done(job.id, delivery(1, "A"))
    shown = await upkeep.find_by_public_id(job.public_id)

    await mongo.database["jobs"].update_one({"_id": job.id}, [{"$set": {"expires_at": "$$NOW"}}])

    expired = await upkeep.find_by_public_id(job.public_id)
    assert shown is not None
    assert not shown.is_expired
    assert expired is not None
    assert expired.is_expired


async def reread(jobs: JobRepository, job: Job) -> Job:
    found = await jobs.confirm(job.id)
    assert found is not None
    return found
