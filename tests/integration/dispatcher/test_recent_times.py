"""What providers needed lately is read from finished rows, so that every replica knows the same."""

import uuid
from dataclasses import replace

from dispatcher.recent_times import RecentTimes
from photochanger.domain.job import AttemptOutcome
from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.job_reader import DeliveredAttempt, JobReader
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import delivery, new_job, new_slot


class Worker:
    """Plays one provider's worker on the rows."""

    def __init__(self, mongo: Mongo) -> None:
        self.route = Route(provider=f"timed-{uuid.uuid4().hex[:8]}", operation=Operation.IMAGE_EDIT)
        self._jobs = JobRepository(mongo.database)
        self._attempts = AttemptRepository(mongo.database)

    async def deliver(self, provider_ms: int) -> None:
        job_id = await self._begin()
        await self._jobs.finish_done(job_id, replace(delivery(1, "worker"), provider_ms=provider_ms))

    async def fail(self, provider_ms: int) -> None:
        job_id = await self._begin()
        end = AttemptEnd(AttemptOutcome.FAILED, provider_ms=provider_ms)
        await self._attempts.record_outcome(job_id, 1, owner="worker", end=end)

    async def _begin(self) -> str:
        slot = new_slot(provider=self.route.provider, operation=self.route.operation)
        job = await self._jobs.admit(new_job(slot), left_ms=10_000)
        await self._jobs.start_attempt(
            job.id,
            route=0,
            provider=self.route.provider,
            operation=self.route.operation,
            cut_left_ms=500,
            after=0,
        )
        await self._attempts.claim(job.id, 1, "worker")
        return job.id


class CountingReader(JobReader):
    """Counts how often the rows themselves are read."""

    reads = 0

    async def delivered_attempts(self, *, newest: int) -> list[DeliveredAttempt]:
        self.reads += 1
        return await super().delivered_attempts(newest=newest)


async def test_delivered_pictures_are_the_samples_and_failures_are_not(mongo: Mongo) -> None:
    worker, times = Worker(mongo), RecentTimes(JobReader(mongo.database))
    for provider_ms in (3_000, 1_000, 2_000):
        await worker.deliver(provider_ms)
    await worker.fail(60_000)

    await times.refresh()

    assert (times.current.count(worker.route), times.current.p90_ms(worker.route)) == (3, 3_000)


async def test_pictures_delivered_since_count_too_and_without_any_no_rows_are_read(mongo: Mongo) -> None:
    worker, reader = Worker(mongo), CountingReader(mongo.database)
    times = RecentTimes(reader)
    await worker.deliver(1_000)
    for _ in range(3):
        await times.refresh()
    reads_of_one = reader.reads

    await worker.deliver(5_000)
    await times.refresh()

    assert (reads_of_one, reader.reads) == (1, 2)
    assert (times.current.count(worker.route), times.current.p90_ms(worker.route)) == (2, 5_000)


async def test_before_the_first_reading_nothing_is_known(mongo: Mongo) -> None:
    assert RecentTimes(JobReader(mongo.database)).current.count(Worker(mongo).route) == 0
