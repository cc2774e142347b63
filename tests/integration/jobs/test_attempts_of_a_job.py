"""Who runs an attempt, and what happens when its process dies, on a real MongoDB."""

import asyncio

from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository, counts_first_call
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import delivery, new_job


async def dispatched(jobs: JobRepository, *, left_ms: int = 10_000) -> Job:
    new = new_job()
    await jobs.admit(new, left_ms=left_ms)
    started = await jobs.start_attempt(
        new.id, route=0, provider="gemini", operation=Operation.STYLE_TRANSFER, cut_left_ms=4_500, after=0
    )
    job = await jobs.get(new.id)
    assert started is not None
    assert job is not None
    return job


async def let_the_lease_lapse(mongo: Mongo, job: Job) -> None:
    lapsed = {"$mergeObjects": [{"$last": "$attempts"}, {"lease_until": {"$subtract": ["$$NOW", 1]}}]}
    await mongo.database["jobs"].update_one({"_id": job.id}, [{"$set": {"attempts": [lapsed]}}])


async def test_one_of_many_workers_gets_the_attempt(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await dispatched(jobs)

    claims = await asyncio.gather(*(attempts.claim(job.id, 1, f"worker-{i}") for i in range(10)))

    assert sum(claim is not None for claim in claims) == 1


async def test_a_renewed_lease_keeps_others_away(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await let_the_lease_lapse(mongo, job)

    await attempts.renew_leases("A", [job.id])

    assert await attempts.claim(job.id, 1, "B") is None


async def test_a_lapsed_lease_is_taken_over_and_the_first_owner_is_out(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await let_the_lease_lapse(mongo, job)

    taken = await attempts.claim(job.id, 1, "B")

    assert taken is not None
    assert taken.attempts[0].takeovers == 1
    assert not await attempts.note_call(job.id, 1, "A")
    assert await jobs.finish_done(job.id, delivery(1, "A")) is None


async def test_a_lost_attempt_is_written_off_and_its_successor_runs_the_same_route(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await attempts.note_call(job.id, 1, "A")
    await let_the_lease_lapse(mongo, job)
    await attempts.claim(job.id, 1, "B")

    replaced = await attempts.replace_lost(job.id, 1, "B")

    assert replaced is not None
    first, second = replaced.attempts
    assert (first.outcome, first.calls) == (AttemptOutcome.LOST, 1)
    assert (second.n, second.owner, second.provider, second.cut_left_ms, second.calls) == (2, "B", "gemini", 4_500, 0)
    assert second.outcome is None


async def test_calls_are_counted_before_they_are_made(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")

    assert [await attempts.note_call(job.id, 1, "A") for _ in range(3)] == [True, True, True]

    row = await jobs.get(job.id)
    assert row is not None
    assert row.attempts[0].calls == 3


async def test_the_very_first_claim_counts_its_call_in_the_same_write(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await dispatched(jobs)

    first = await attempts.claim(job.id, 1, "A", with_first_call=True)
    await asyncio.sleep(0.01)
    again = await attempts.claim(job.id, 1, "A", with_first_call=True)

    assert first is not None
    assert again is not None
    assert (first.attempts[0].calls, counts_first_call(first.attempts[0])) == (1, True)
    assert (again.attempts[0].calls, counts_first_call(again.attempts[0])) == (1, False)


async def test_who_takes_over_counts_no_call_and_takes_none_for_his_own(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A", with_first_call=True)
    await let_the_lease_lapse(mongo, job)

    taken = await attempts.claim(job.id, 1, "B", with_first_call=True)

    assert taken is not None
    assert (taken.attempts[0].calls, taken.attempts[0].takeovers) == (1, 1)
    assert not counts_first_call(taken.attempts[0])


async def test_no_call_is_made_for_a_job_that_ended(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await jobs.finish_cancelled(job.id, detail="by an administrator")

    assert not await attempts.note_call(job.id, 1, "A")


async def test_an_outcome_is_written_once_and_lets_the_next_attempt_start(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    end = AttemptEnd(AttemptOutcome.UNAVAILABLE, detail="$quota", retry_after_seconds=34.1)

    recorded = await attempts.record_outcome(job.id, 1, owner="A", end=end)

    assert recorded is not None
    assert (recorded.attempts[0].detail, recorded.attempts[0].retry_after_seconds) == ("$quota", 34.1)
    assert await attempts.record_outcome(job.id, 1, owner="A", end=end) is None
    left_ms = await jobs.start_attempt(
        job.id, route=0, provider="turbotext", operation=Operation.IMAGE_EDIT, cut_left_ms=500, after=1
    )
    following = await jobs.get(job.id)
    assert left_ms is not None
    assert 0 < left_ms <= job.left_ms
    assert following is not None
    assert following.attempts[1].n == 2


async def test_a_late_outcome_is_noted_on_the_attempt_and_leaves_the_end_alone(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await dispatched(jobs, left_ms=400)
    await attempts.claim(job.id, 1, "A")
    await jobs.finish_timeout(job.id)

    recorded = await attempts.record_outcome(job.id, 1, owner="A", end=AttemptEnd(AttemptOutcome.LATE))

    assert recorded is not None
    assert (recorded.status, recorded.attempts[0].outcome) == (JobStatus.TIMEOUT, AttemptOutcome.LATE)


async def make_due(mongo: Mongo, job: Job) -> None:
    await mongo.database["jobs"].update_one({"_id": job.id}, [{"$set": {"next_dispatch_at": "$$NOW"}}])


async def test_the_sweep_takes_an_attempt_that_nobody_started_once(
    jobs: JobRepository, upkeep: JobUpkeep, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    assert not await upkeep.is_anything_left_behind()
    assert await upkeep.claim_undispatched(10) == []
    await make_due(mongo, job)
    assert await upkeep.is_anything_left_behind()

    sweeps = await asyncio.gather(*(upkeep.claim_undispatched(10) for _ in range(5)))

    assert [row.id for claimed in sweeps for row in claimed] == [job.id]


async def test_the_sweep_leaves_a_running_attempt_alone(
    jobs: JobRepository, attempts: AttemptRepository, upkeep: JobUpkeep, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await make_due(mongo, job)

    assert not await upkeep.is_anything_left_behind()
    assert await upkeep.claim_undispatched(10) == []


async def test_the_sweep_takes_a_row_that_was_never_published(
    jobs: JobRepository, upkeep: JobUpkeep, mongo: Mongo
) -> None:
    job = await jobs.admit(new_job(), left_ms=9_000)
    await make_due(mongo, job)

    assert [row.id for row in await upkeep.claim_undispatched(10)] == [job.id]


async def test_the_sweep_follows_an_outcome_whose_message_was_lost(
    jobs: JobRepository, attempts: AttemptRepository, upkeep: JobUpkeep, mongo: Mongo
) -> None:
    job = await dispatched(jobs)
    await attempts.claim(job.id, 1, "A")
    await attempts.record_outcome(job.id, 1, owner="A", end=AttemptEnd(AttemptOutcome.FAILED))
    await make_due(mongo, job)

    assert [row.id for row in await upkeep.claim_undispatched(10)] == [job.id]


async def test_a_job_that_nobody_ended_is_found_after_its_deadline(jobs: JobRepository, upkeep: JobUpkeep) -> None:
    await jobs.admit(new_job(), left_ms=-100)
    assert not await upkeep.is_anything_left_behind()
    overdue = await jobs.admit(new_job(), left_ms=-1_500)

    assert await upkeep.is_anything_left_behind()
    assert await upkeep.find_overdue(10) == [overdue.id]
