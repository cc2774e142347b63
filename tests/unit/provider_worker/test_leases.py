"""What the process's one look at its rows brings about."""

import asyncio

import pytest

from photochanger.domain.job import Job, JobStatus
from photochanger.provider_worker.leases import Leases
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
        running.is_ours = True
        await leases.look()

        assert await is_stopped(running) is stopped


async def test_only_claimed_attempts_are_renewed() -> None:
    attempts, repository = RunningAttempts(), FakeAttempts(None)
    leases = Leases(attempts, FakeJobs(None), repository, owner=OWNER)

    with attempts.entered("ours") as ours, attempts.entered("watched"):
        ours.is_ours = True
        await leases.renew()

    assert repository.renewed == [["ours"]]


async def test_an_idle_process_asks_nothing() -> None:
    repository = FakeAttempts(None)

    await Leases(RunningAttempts(), FakeJobs(), repository, owner=OWNER).renew()

    assert repository.renewed == []
