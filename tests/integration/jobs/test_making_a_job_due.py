"""A job is handed out again once, however many ask for it in one moment."""

import asyncio

from photochanger.infrastructure.job_replay import JobReplay
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import new_job

ASKERS = 32


async def test_of_many_who_ask_at_once_one_makes_it_due(mongo: Mongo) -> None:
    """`$$NOW` of one statement may be before the one that another statement has just written."""
    replay = JobReplay(mongo.database)
    for _ in range(50):
        job = await JobRepository(mongo.database).admit(new_job(), left_ms=60_000)

        made = await asyncio.gather(*(replay.make_due(job.id) for _ in range(ASKERS)))

        assert sum(made) == 1
