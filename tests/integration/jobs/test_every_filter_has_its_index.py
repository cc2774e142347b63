"""No list of jobs or pictures reads rows that its filter does not ask for one by one."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import JobSource, JobStatus
from photochanger.infrastructure.job_reader import NEWEST_FIRST, JobFilter, JobReader, Place, page_query
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import new_job

NOW = datetime.now(UTC).replace(microsecond=0)
ROWS = 1_200
#: Each alone and each pair; the values are those of few rows.
GIVEN: dict[str, list[Any]] = {
    "id": [str(uuid.UUID(int=7))],
    "slot_id": ["rare"],
    "booth": ["rare booth", "$where", "nobody"],
    "status": list(JobStatus),
    "reason": [FailureReason.INTERNAL, FailureReason.TIMEOUT],
    "source": [JobSource.TEST_RUN],
    "since": [NOW - timedelta(minutes=3)],
    "until": [NOW - timedelta(minutes=ROWS - 3)],
    "has_picture": [True],
}
ONE = [{name: value} for name, values in GIVEN.items() for value in values]
FILTERS = [{}, *ONE, *(one | other for one, other in itertools.combinations(ONE, 2) if not one.keys() & other.keys())]


def a_row(n: int) -> dict[str, Any]:
    came, is_rare = NOW - timedelta(minutes=n), n % 100 == 7
    status = JobStatus.DONE
    reason: str | None = None
    if n % 50 == 3:
        status, reason = JobStatus.FAILED, FailureReason.PROVIDER_ERROR.value
    elif n % 50 == 4:
        status, reason = JobStatus.TIMEOUT, FailureReason.TIMEOUT.value
    elif n < 3:
        status = (JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.PROCESSING)[n]
    return {
        "_id": str(uuid.UUID(int=n)),
        "public_id": uuid.uuid4().hex,
        "slot_id": "rare" if is_rare else f"slot-{n % 2}",
        "slot_version": 1,
        "booth": "rare booth" if is_rare else "booth",
        "status": status.value,
        "is_finalized": n >= 3,
        "failure_reason": reason,
        "source": "test_run" if n % 200 == 9 else "ingest",
        "created_at": came,
        "sync_deadline": came + timedelta(seconds=48),
        "finalized_at": came,
        "expires_at": came + timedelta(hours=72),
        "result_key": None if reason else "key",
    }


def stages(plan: dict[str, Any]) -> set[str]:
    children = [plan[name] for name in ("inputStage", "queryPlan") if name in plan] + plan.get("inputStages", [])
    return {plan.get("stage", "")}.union(*(stages(child) for child in children))


async def test_no_filter_reads_all_rows_for_a_page(mongo: Mongo) -> None:
    rows = [a_row(n) for n in range(ROWS)]
    await mongo.database["jobs"].insert_many(rows)
    reader = JobReader(mongo.database)

    for given in FILTERS:
        wanted = JobFilter(**given)
        for behind in (None, Place(NOW - timedelta(minutes=100), str(uuid.UUID(int=100)))):
            query = page_query(wanted, behind, await reader.booths_slots(wanted))
            cursor = mongo.database["jobs"].find(query, sort=NEWEST_FIRST, limit=51)
            explained = await cursor.explain()
            assert "COLLSCAN" not in stages(explained["queryPlanner"]["winningPlan"]), (given, query)
            # never all rows for a page, neither to find nor to sort them
            assert explained["executionStats"]["totalDocsExamined"] <= 200, (given, query)


async def test_the_slots_of_a_booth_are_found_without_reading_its_rows(mongo: Mongo) -> None:
    await mongo.database["jobs"].insert_many([a_row(n) for n in range(ROWS)])
    asked = {"distinct": "jobs", "key": "slot_id", "query": {"booth": "booth"}}

    explained = await mongo.database.command({"explain": asked, "verbosity": "executionStats"})

    assert await JobReader(mongo.database).booths_slots(JobFilter(booth="booth")) == ["slot-0", "slot-1"]
    assert "DISTINCT_SCAN" in stages(explained["queryPlanner"]["winningPlan"])
    assert explained["executionStats"]["totalDocsExamined"] == 0


@pytest.mark.parametrize("size", [7, 50])
async def test_pages_give_every_row_of_a_filter_once(mongo: Mongo, size: int) -> None:
    rows = [a_row(n) | {"created_at": NOW - timedelta(minutes=n // 5)} for n in range(300)]
    await mongo.database["jobs"].insert_many(rows)
    reader = JobReader(mongo.database)

    for wanted in (JobFilter(), JobFilter(slot_id="slot-1"), JobFilter(status=JobStatus.TIMEOUT)):
        seen: list[str] = []
        behind = None
        while page := await reader.newest_first(limit=size, behind=behind, wanted=wanted):
            seen += [line.id for line in page]
            behind = Place(page[-1].created_at, page[-1].id)
            # rows that come and go meanwhile do not move the others
            newer = a_row(0) | {"_id": str(uuid.uuid4()), "created_at": NOW + timedelta(days=1)}
            await mongo.database["jobs"].insert_one(newer)
            await mongo.database["jobs"].delete_one({"_id": page[-1].id})
        plain = [row for row in rows if wanted.slot_id in {None, row["slot_id"]}]
        plain = [row for row in plain if wanted.status in {None, row["status"]}]
        plain.sort(key=lambda row: (row["created_at"], row["_id"]), reverse=True)
        assert seen == [row["_id"] for row in plain]
        await mongo.database["jobs"].delete_many({})
        await mongo.database["jobs"].insert_many(rows)


async def test_a_rows_booth_is_its_clients_name(mongo: Mongo) -> None:
    job = await JobRepository(mongo.database).admit(new_job(), left_ms=10_000)

    [found] = await JobReader(mongo.database).newest_first(limit=2, wanted=JobFilter(booth="DESKTOP-ABC1234"))
    assert (found.id, found.booth) == (job.id, "DESKTOP-ABC1234")
