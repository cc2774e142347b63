"""How a job ends without a picture, and when the booth hears of it."""

import asyncio
import time

import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import EndedJob, Job
from tests.dslr_client import Manners, Shot
from tests.integration.gateway.conftest import PASSWORD, StandIn, World, a_picture, ignore
from tests.integration.gateway.test_refusals import is_problem

SHOT = Shot.captured(a_picture(), PASSWORD)
WINDOW = 10.0


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        (FailureReason.PROVIDER_ERROR, 502, "provider_error"),
        (FailureReason.PROVIDER_REFUSED, 502, "provider_refused"),
        (FailureReason.BAD_OUTPUT, 502, "provider_error"),
        (FailureReason.PROVIDER_UNAVAILABLE, 503, "provider_unavailable"),
        (FailureReason.STORAGE_UNAVAILABLE, 503, "storage_unavailable"),
        (FailureReason.NO_TIME_LEFT, 503, "no_time_left"),
        (FailureReason.INTERNAL, 500, "internal"),
    ],
)
async def test_a_failed_job_is_answered_by_its_reason(
    world: World, reason: FailureReason, status: int, code: str
) -> None:
    async def fail(stand_in: StandIn, job: Job) -> None:
        await stand_in.finalizer.fail(job.id, reason, detail="secret of the provider", retry_after_seconds=17)

    world.stand_in.script = fail
    slot = await world.slot()

    answer = await world.shoot(slot, SHOT)

    is_problem(answer, status, code)
    assert answer.problem["failure_reason"] == reason
    assert answer.headers["x-job-id"] == answer.problem["job_id"] == (await world.the_row(slot))["_id"]
    assert answer.headers["retry-after"] == "17"
    assert b"secret" not in answer.body


async def test_a_cancelled_job_is_said_to_be_at_once(world: World) -> None:
    cancelled_at: list[float] = []

    async def cancel(stand_in: StandIn, job: Job) -> None:
        await stand_in.finalizer.cancel(job.id, detail="by an administrator")
        cancelled_at.append(time.monotonic())

    world.stand_in.script = cancel
    slot = await world.slot()

    answer = await world.shoot(slot, SHOT)

    is_problem(answer, 503, "job_cancelled")
    assert time.monotonic() - cancelled_at[0] < 1


async def test_a_provider_slower_than_the_window_is_a_504_at_its_end_and_its_picture_changes_nothing(
    world: World,
) -> None:
    late: list[EndedJob | None] = []

    async def deliver_late(stand_in: StandIn, job: Job) -> None:
        await asyncio.sleep(WINDOW + 0.7)
        late.append(await stand_in.deliver(job))

    world.stand_in.script = deliver_late
    slot = await world.slot(sync_response_seconds=WINDOW)

    answers = await asyncio.gather(*(world.shoot(slot, SHOT) for _ in range(4)))

    for answer in answers:
        is_problem(answer, 504, "sync_timeout")
        assert answer.problem["failure_reason"] == "timeout"
        assert WINDOW - 0.5 <= answer.first_byte_after <= WINDOW + 0.5
    await asyncio.sleep(1.5)
    assert late == [None] * 4
    assert {row["status"] for row in await world.rows(slot)} == {"timeout"}


async def test_a_picture_that_wins_by_a_hair_is_a_200(world: World) -> None:
    async def deliver_at_the_last_moment(stand_in: StandIn, job: Job) -> None:
        await asyncio.sleep(WINDOW - 0.3)
        await stand_in.deliver(job)

    world.stand_in.script = deliver_at_the_last_moment
    slot = await world.slot(sync_response_seconds=WINDOW)

    answer = await world.shoot(slot, SHOT)

    assert answer.status == 200


async def test_a_row_that_somebody_else_timed_out_is_answered_at_once(world: World) -> None:
    async def time_out(stand_in: StandIn, job: Job) -> None:
        await asyncio.sleep(WINDOW - 0.45)
        await stand_in.finalizer.time_out(job.id)

    world.stand_in.script = time_out
    slot = await world.slot(sync_response_seconds=WINDOW)

    answer = await world.shoot(slot, SHOT)

    is_problem(answer, 504, "sync_timeout")
    assert WINDOW - 0.5 <= answer.first_byte_after <= WINDOW - 0.1


async def test_a_defect_is_a_500_that_the_log_knows(world: World) -> None:
    async def spoil(stand_in: StandIn, job: Job) -> None:
        await world.mongo.database["jobs"].update_one(
            {"_id": job.id}, {"$set": {"status": "done", "is_finalized": True, "result_key": None}}
        )

    world.stand_in.script = spoil
    slot = await world.slot()

    answer = await world.shoot(slot, SHOT)

    is_problem(answer, 500, "internal")
    assert answer.problem["job_id"] in world.gateway.log
    assert '"event":"photo_failed"' in world.gateway.log


async def test_the_upload_counts_towards_the_window(world: World) -> None:
    world.stand_in.script = ignore
    slot = await world.slot(sync_response_seconds=WINDOW)

    answer = await world.shoot(slot, SHOT, Manners(hold_seconds=3.0))

    is_problem(answer, 504, "sync_timeout")
    assert WINDOW - 0.5 <= answer.first_byte_after <= WINDOW + 0.5
