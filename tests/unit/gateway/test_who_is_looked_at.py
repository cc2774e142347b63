"""The waiting room's own look is for those whose reply may be lost, not for everybody."""

import asyncio
from collections.abc import Iterable
from typing import cast

import pytest

from ingest_gateway import await_answer
from ingest_gateway.await_answer import WaitingRoom
from photochanger.background import running
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository


class EndedJobs(JobRepository):
    """Every job that is asked for has ended."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ended(self, job_ids: Iterable[str]) -> set[str]:
        self.asked.extend(job_ids)
        return set(self.asked)


async def test_only_rows_that_wait_for_longer_than_one_look_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(await_answer, "LOOK_SECONDS", 0.001)
    jobs, now = EndedJobs(), [100.0]
    room = WaitingRoom(jobs, cast("JobFinalizer", None), clock=lambda: now[0])

    with room.seat("patient") as patient:
        now[0] += 10.0
        with room.seat("fresh") as fresh:
            async with running(room.watch(), name="watch"), asyncio.timeout(5):
                await patient.wait()

            assert not fresh.is_set()
            assert set(jobs.asked) == {"patient"}
