"""A photo finds its provider, whatever message or process is lost on the way."""

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.messages import PhotoTask
from tests.integration.dispatcher.conftest import NOBODY, Booth, PlayedProvider


async def test_a_photo_goes_to_its_slots_provider(booth: Booth, gemini: PlayedProvider) -> None:
    job = await booth.submit(gemini.route)

    assert await gemini.task() == PhotoTask(job_id=job.id, attempt=1, provider=gemini.name)


async def test_a_duplicated_message_routes_once(booth: Booth, gemini: PlayedProvider) -> None:
    job = await booth.admit(gemini.route)

    for _ in range(5):
        await booth.tell(job)
    await gemini.task()

    assert await gemini.tasks_for(1.0) == 0
    assert len((await booth.row(job)).attempts) == 1


async def test_a_provider_that_never_ran_here_makes_way_for_the_fallback(
    booth: Booth, turbotext: PlayedProvider
) -> None:
    job = await booth.submit(NOBODY, turbotext.route)

    assert (await turbotext.task()).attempt == 2
    assert [attempt.outcome for attempt in (await booth.row(job)).attempts] == [AttemptOutcome.UNAVAILABLE, None]


async def test_with_no_provider_at_all_the_booth_is_told_at_once(booth: Booth) -> None:
    job = await booth.submit(NOBODY)

    ended = await booth.ended(job, within_seconds=2)

    assert (ended.status, ended.failure_reason) == (JobStatus.FAILED, FailureReason.PROVIDER_UNAVAILABLE)


async def test_a_photo_that_no_message_tells_of_is_found_within_three_seconds(
    booth: Booth, gemini: PlayedProvider
) -> None:
    job = await booth.admit(gemini.route)

    assert (await gemini.task(within_seconds=3.3)).job_id == job.id


async def test_a_task_whose_publish_got_lost_is_published_within_three_seconds(
    booth: Booth, jobs: JobRepository, gemini: PlayedProvider
) -> None:
    job = await booth.admit(gemini.route)
    await jobs.start_attempt(
        job.id, route=0, provider=gemini.name, operation=gemini.route.operation, cut_left_ms=500, after=0
    )

    assert await gemini.task(within_seconds=3.3) == PhotoTask(job_id=job.id, attempt=1, provider=gemini.name)


async def test_the_attempt_of_a_dead_worker_is_offered_to_another(
    booth: Booth, attempts: AttemptRepository, mongo: Mongo, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route)
    await gemini.task()
    await attempts.claim(job.id, 1, "worker that dies")
    lapsed = [{"$set": {"next_dispatch_at": "$$NOW", "attempts": {"$map": _LEASE_LAPSED}}}]

    await mongo.database["jobs"].update_one({"_id": job.id}, lapsed)

    assert (await gemini.task(within_seconds=3)).attempt == 1


_LEASE_LAPSED = {"input": "$attempts", "in": {"$mergeObjects": ["$$this", {"lease_until": "$$NOW"}]}}


async def test_a_photo_whose_gateway_died_times_out_and_its_source_goes(
    booth: Booth, gemini: PlayedProvider, store: MediaStore
) -> None:
    job = await booth.submit(gemini.route, left_ms=1_000)
    await store.put(Bucket.SOURCES, job.photo.key, b"photo", content_type="image/jpeg")

    ended = await booth.ended(job, within_seconds=5)

    assert (ended.status, ended.failure_reason) == (JobStatus.TIMEOUT, FailureReason.TIMEOUT)
    assert ended.finalized_at is not None
    assert ended.finalized_at >= ended.sync_deadline


async def end_attempt(
    booth: Booth, attempts: AttemptRepository, provider: PlayedProvider, *, outcome: AttemptOutcome
) -> None:
    """Play the worker: take the task, end it, tell so."""
    task = await provider.task()
    await attempts.claim(task.job_id, task.attempt, "worker")
    end = AttemptEnd(outcome, detail="as played", retry_after_seconds=77)
    job = await attempts.record_outcome(task.job_id, task.attempt, owner="worker", end=end)
    assert job is not None
    await booth.tell_outcome(job, task.attempt, provider.name)


async def test_a_refusal_is_offered_to_the_fallback(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider, turbotext: PlayedProvider
) -> None:
    await booth.submit(gemini.route, turbotext.route)

    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.REFUSED)

    assert (await turbotext.task(within_seconds=1)).attempt == 2


async def test_a_refusal_without_a_fallback_ends_the_job(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route)

    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.REFUSED)

    ended = await booth.ended(job, within_seconds=1)
    assert (ended.failure_reason, ended.failure_detail) == (FailureReason.PROVIDER_REFUSED, "as played")


async def test_what_the_provider_said_about_trying_again_reaches_the_row(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route)

    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.UNAVAILABLE)

    ended = await booth.ended(job, within_seconds=1)
    assert (ended.failure_reason, ended.retry_after_seconds) == (FailureReason.PROVIDER_UNAVAILABLE, 77)


async def test_a_provider_that_was_cut_makes_way_for_the_fallback(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider, turbotext: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route, turbotext.route)

    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.CUT)

    assert (await turbotext.task(within_seconds=1)).attempt == 2
    assert [attempt.cut_left_ms for attempt in (await booth.row(job)).attempts] == [4_500, 500]


async def test_a_slow_provider_without_a_fallback_ends_with_the_window_and_never_before(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route, left_ms=4_000)

    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.CUT)

    ended = await booth.ended(job, within_seconds=8)
    assert ended.status is JobStatus.TIMEOUT
    assert ended.finalized_at is not None
    assert (ended.sync_deadline - ended.finalized_at).total_seconds() <= 0.5


async def test_an_outcome_whose_message_got_lost_is_found_by_the_sweep(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route)
    await gemini.task()
    await attempts.claim(job.id, 1, "worker")

    await attempts.record_outcome(job.id, 1, owner="worker", end=AttemptEnd(AttemptOutcome.FAILED))

    ended = await booth.ended(job, within_seconds=3.5)
    assert ended.failure_reason is FailureReason.PROVIDER_ERROR


async def test_late_and_repeated_outcomes_change_nothing(
    booth: Booth, attempts: AttemptRepository, gemini: PlayedProvider
) -> None:
    job = await booth.submit(gemini.route)
    await end_attempt(booth, attempts, gemini, outcome=AttemptOutcome.FAILED)
    ended = await booth.ended(job)

    for _ in range(3):
        await booth.tell_outcome(job, 1, gemini.name)

    assert await gemini.tasks_for(0.5) == 0
    assert (await booth.row(job)).model_dump(exclude={"left_ms"}) == ended.model_dump(exclude={"left_ms"})
