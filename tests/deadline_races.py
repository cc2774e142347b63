"""Races of every terminal write for one row, on the real database, around the row's deadline."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import EndedJob, Job, JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import delivery, new_job

OWNER = "worker"
#: Rows that race at once.
BATCH = 50
#: From setting a batch's deadlines to the deadline; writes are spread around it, a timeout from the reserve on.
LEAD_MS, SPREAD_MS, RESERVE_MS = 150, 60, 30
#: Of so many rows a dispatcher, and of so many an administrator, wants to end them too.
OTHERS_SHARE = 0.2
#: What the booth gets for each end.
STATUSES = MappingProxyType(
    {JobStatus.DONE: 200, JobStatus.TIMEOUT: 504, JobStatus.FAILED: 502, JobStatus.CANCELLED: 503}
)

Ended = Job | EndedJob
Write = Callable[[], Awaitable[Ended | None]]


@dataclass
class Races:
    """What many races came to; `violations` says of each broken promise which row broke it."""

    ends: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Plan:
    """When each writer of one row writes, in seconds from the moment its deadline was set; None: not at all."""

    done: float
    time_out: float
    fail: float | None
    cancel: float | None


async def race(mongo: Mongo, *, count: int, seed: int) -> Races:
    """Let `count` rows be ended by up to four writers at once, each at a random moment around the deadline."""
    jobs, races, dice = JobRepository(mongo.database), Races(), random.Random(seed)
    pattern = await _pattern(mongo, jobs)
    for begun in range(0, count, BATCH):
        plans = [_plan(dice) for _ in range(min(BATCH, count - begun))]
        ids = await _rows(mongo, pattern, len(plans))
        started = asyncio.get_running_loop().time()
        await _set_deadlines(mongo, ids)
        async with asyncio.TaskGroup() as group:
            for job_id, plan in zip(ids, plans, strict=True):
                group.create_task(_Race(jobs, job_id, started).run(plan, races))
        await mongo.database["jobs"].delete_many({"_id": {"$in": ids}})
    return races


def _plan(dice: random.Random) -> _Plan:
    def moment() -> float:
        return (LEAD_MS + dice.uniform(-SPREAD_MS, SPREAD_MS / 2)) / 1000

    return _Plan(
        done=moment(),
        time_out=(LEAD_MS - dice.uniform(0, RESERVE_MS)) / 1000,
        fail=moment() if dice.random() < OTHERS_SHARE else None,
        cancel=moment() if dice.random() < OTHERS_SHARE else None,
    )


async def _pattern(mongo: Mongo, jobs: JobRepository) -> dict[str, Any]:
    """A row that a worker is at work on."""
    new = new_job()
    await jobs.admit(new, left_ms=20_000)
    await jobs.start_attempt(
        new.id, route=0, provider="gemini", operation=Operation.STYLE_TRANSFER, cut_left_ms=0, after=0
    )
    await AttemptRepository(mongo.database).claim(new.id, 1, OWNER)
    row = await mongo.database["jobs"].find_one({"_id": new.id})
    assert row is not None
    return dict(row)


async def _rows(mongo: Mongo, pattern: dict[str, Any], count: int) -> list[str]:
    rows = [pattern | {"_id": str(uuid.uuid4()), "public_id": uuid.uuid4().hex} for _ in range(count)]
    await mongo.database["jobs"].insert_many(rows)
    return [str(row["_id"]) for row in rows]


async def _set_deadlines(mongo: Mongo, ids: list[str]) -> None:
    change = {"sync_deadline": {"$add": ["$$NOW", LEAD_MS]}, "answer_reserve_ms": RESERVE_MS}
    await mongo.database["jobs"].update_many({"_id": {"$in": ids}}, [{"$set": change}])


class _Race:
    """One row and everybody who wants to end it."""

    def __init__(self, jobs: JobRepository, job_id: str, started: float) -> None:
        self._jobs, self._job_id, self._started = jobs, job_id, started

    async def run(self, plan: _Plan, races: Races) -> None:
        writes = {self._done: plan.done, self._fail: plan.fail, self._cancel: plan.cancel}
        async with asyncio.TaskGroup() as group:
            others = [
                group.create_task(self._at(moment, write)) for write, moment in writes.items() if moment is not None
            ]
            gateway = group.create_task(self._gateway(plan.time_out))
        timed_out, status = gateway.result()
        won = [job for job in (timed_out, *(other.result() for other in others)) if job is not None]
        row = await self._row()
        races.ends[row.status] += 1
        races.violations += [f"{self._job_id}: {fault}" for fault in _faults(row, won, booth_got=status)]
        late = [await write() for write in (*writes, self._time_out)]
        if any(late) or _end_of(await self._row()) != _end_of(row):
            races.violations.append(f"{self._job_id}: its end changed after it had ended")

    async def _at(self, moment: float, write: Write) -> Ended | None:
        await asyncio.sleep(self._started + moment - asyncio.get_running_loop().time())
        return await write()

    async def _gateway(self, moment: float) -> tuple[Ended | None, int]:
        """Time the row out, else answer what it says: the row that this write ended, and the booth's status."""
        timed_out = await self._at(moment, self._time_out)
        while timed_out is None and not (row := await self._row()).is_finalized:
            timed_out = await self._time_out()
        return timed_out, 504 if timed_out is not None else STATUSES[row.status]

    async def _row(self) -> Job:
        row = await self._jobs.get(self._job_id)
        assert row is not None
        return row

    async def _done(self) -> EndedJob | None:
        return await self._jobs.finish_done(self._job_id, delivery(1, OWNER, key=self._job_id))

    async def _fail(self) -> Job | None:
        return await self._jobs.finish_failed(self._job_id, FailureReason.PROVIDER_ERROR, detail="race")

    async def _cancel(self) -> Job | None:
        return await self._jobs.finish_cancelled(self._job_id, detail="race")

    async def _time_out(self) -> Job | None:
        return await self._jobs.finish_timeout(self._job_id)


def _faults(row: Job, won: Sequence[Ended], *, booth_got: int) -> Iterator[str]:
    if len(won) != 1 or won[0].finalized_by != row.finalized_by:
        yield f"{len(won)} writers think they ended it as {row.status}"
    if booth_got != STATUSES[row.status]:
        yield f"the booth got {booth_got}, the row says {row.status}"
    if (row.status is JobStatus.DONE) != (row.result_key is not None):
        yield f"{row.status} with result {row.result_key}"


def _end_of(job: Job) -> tuple[object, ...]:
    return (
        job.status,
        job.failure_reason,
        job.finalized_at,
        job.finalized_by,
        job.expires_at,
        job.result_key,
        job.result_sha256,
        job.result_size_bytes,
        job.result_mime_type,
    )
