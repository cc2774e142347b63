"""504 xor done, ten thousand times. Takes a minute or two; the seed makes each run another one."""

import secrets

import pytest

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.mongo import Mongo
from tests.deadline_races import race

COUNT = 10_000


@pytest.mark.timeout(600)
async def test_of_ten_thousand_deadline_races_none_has_two_ends(mongo: Mongo) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")

    races = await race(mongo, count=COUNT, seed=seed)

    print(f"ends: {dict(races.ends)}")
    assert races.violations == []
    assert races.ends.total() == COUNT
    assert min(races.ends[status] for status in (JobStatus.DONE, JobStatus.TIMEOUT)) > COUNT / 20, races.ends
