"""504 xor done: a sample of the races that `make races` runs by the ten thousand."""

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.mongo import Mongo
from tests.deadline_races import race

COUNT, SEED = 400, 1


async def test_a_row_that_everybody_ends_at_its_deadline_has_one_end_and_the_booth_hears_that_one(mongo: Mongo) -> None:
    races = await race(mongo, count=COUNT, seed=SEED)

    assert races.violations == []
    assert races.ends.total() == COUNT
    assert min(races.ends[status] for status in (JobStatus.DONE, JobStatus.TIMEOUT)) > COUNT / 20, races.ends
