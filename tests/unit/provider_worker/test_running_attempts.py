"""What may be stopped at any moment, and by what."""

import asyncio
import time

import pytest

from photochanger.provider_worker.running_attempts import CallsCut, JobEnded, RunningAttempt, RunningAttempts


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_calls_are_cut_when_their_time_is_over() -> None:
    running = RunningAttempt("job")

    with pytest.raises(CallsCut):
        async with running.until_cut(soon(0.05)):
            await asyncio.sleep(5)


async def test_nothing_starts_after_the_cut() -> None:
    started = False

    with pytest.raises(CallsCut):
        async with RunningAttempt("job").until_cut(soon(0)):
            started = True

    assert not started


async def test_a_job_that_ended_stops_its_call_at_once() -> None:
    running = RunningAttempt("job")
    asyncio.get_running_loop().call_later(0.05, running.stop)
    began = time.monotonic()

    with pytest.raises(JobEnded):
        async with running.until_cut(soon(30)):
            await asyncio.sleep(30)

    assert time.monotonic() - began < 0.5


async def test_a_job_that_ended_starts_no_further_call() -> None:
    running = RunningAttempt("job")
    running.stop()

    with pytest.raises(JobEnded):
        async with running.until_cut(soon(30)):
            pass


async def test_somebody_elses_time_out_is_not_taken_for_the_cut() -> None:
    with pytest.raises(TimeoutError):
        async with RunningAttempt("job").until_cut(soon(30)):
            raise TimeoutError


async def test_what_is_outside_the_scope_is_not_stopped() -> None:
    running = RunningAttempt("job")
    async with running.until_cut(soon(30)):
        pass

    running.stop()

    await asyncio.sleep(0)


async def test_only_claimed_attempts_count_as_ours() -> None:
    attempts = RunningAttempts()
    with attempts.entered("a") as a, attempts.entered("b"):
        a.claimed()

        assert [running.job_id for running in attempts.ours()] == ["a"]
    assert attempts.find("a") is None
    assert a.finished.is_set()
