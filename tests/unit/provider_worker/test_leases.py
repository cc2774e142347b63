"""What the process's one look at its rows brings about."""

import asyncio

import pytest

from photochanger.domain.job import Job, JobStatus
from photochanger.provider_worker.leases import FRESH_SECONDS, PATIENCE_SECONDS, Leases
from photochanger.provider_worker.running_attempts import JobEnded, RunningAttempt, RunningAttempts
from tests.provider_fakes import JOB_ID, OWNER, FakeAttempts, FakeJobs, job_row


async def is_stopped(running: RunningAttempt) -> bool:
    try:
        async with running.until_cut(asyncio.get_running_loop().time() + 1):
            return False
    except JobEnded:
        return True


@pytest.mark.parametrize(
    ("row", "stopped"),
    [(job_row(), False), (job_row(status=JobStatus.CANCELLED, is_finalized=True), True), (None, True)],
)
async def test_only_a_job_that_ended_or_is_gone_stops_its_attempt(row: Job | None, *, stopped: bool) -> None:
    attempts = RunningAttempts()
    leases = Leases(attempts, FakeJobs(row), FakeAttempts(None), owner=OWNER)

    with attempts.entered(JOB_ID) as running:
        running.claimed()
        await leases.look()

        assert await is_stopped(running) is stopped


async def test_only_claimed_attempts_are_renewed_and_none_that_was_claimed_just_now() -> None:
    attempts, repository = RunningAttempts(), FakeAttempts(None)
    leases = Leases(attempts, FakeJobs(None), repository, owner=OWNER)

    with attempts.entered("ours") as ours, attempts.entered("just now") as new, attempts.entered("watched"):
        ours.claimed()
        ours.since -= FRESH_SECONDS
        new.claimed()
        await leases.renew()

    assert repository.renewed == [["ours"]]


async def test_quick_attempts_are_not_looked_at_unless_somebody_says_that_their_job_ended() -> None:
    attempts = RunningAttempts()
    leases = Leases(attempts, FakeJobs(None), FakeAttempts(None), owner=OWNER)

    with attempts.entered(JOB_ID) as running:
        running.claimed()
        await leases.look_at_long_ones()
        is_left_alone = not await is_stopped(running)
        running.since -= PATIENCE_SECONDS
        await leases.look_at_long_ones()

        assert is_left_alone
        assert await is_stopped(running)


async def test_an_idle_process_asks_nothing() -> None:
    repository = FakeAttempts(None)

    await Leases(RunningAttempts(), FakeJobs(), repository, owner=OWNER).renew()

    assert repository.renewed == []
