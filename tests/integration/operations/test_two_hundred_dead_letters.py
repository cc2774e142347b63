"""Two hundred messages die under load in three ways; a replay helps those whose photo still has time, once each."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage, outgoing
from photochanger.messages import PhotoSubmitted
from photochanger.observability import Telemetry
from tests.admin_people import ask
from tests.eventually import eventually
from tests.integration.operations.conftest import IDLE, Platform, photographed
from tests.letters import keep_the_sweep_away

PATH = "/api/v1/dead-letters"
HOW_MANY = {DeathReason.UNREADABLE: 70, DeathReason.DELIVERY_LIMIT: 65, DeathReason.EXPIRED: 65}
ORDINARY_PHOTOS = 40
_AT_ONCE = asyncio.Semaphore(8)
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Case:
    """A photo whose message is to die, and whether there is to be time left for it then."""

    job_id: str
    reason: DeathReason
    has_time: bool


async def a_photo_left_alone(platform: Platform, reason: DeathReason, number: int) -> Case:
    """A third have time left, a third are cancelled, a third have a window that is over in a moment."""
    has_time = number % 3 == 0
    job_id = await photographed(platform, left_ms=120_000 if number % 3 < 2 else 700)
    await keep_the_sweep_away(platform.mongo, job_id)
    if number % 3 == 1:
        assert await platform.studio.jobs.finish_cancelled(job_id, detail="test") is not None
    return Case(job_id, reason, has_time)


@pytest.fixture
async def sender(broker_url: str) -> AsyncIterator[Broker]:
    """A connection of the test's own: a publish of the services that gives up takes those beside it with it."""
    async with Broker(SecretStr(broker_url), name="sender", telemetry=Telemetry("sender")) as broker:
        await eventually(lambda: not broker.state.missing)
        yield broker


async def let_die(platform: Platform, sender: Broker, case: Case) -> None:
    message = outgoing(topology.SUBMISSIONS, PhotoSubmitted(job_id=case.job_id), job_id=case.job_id)
    if case.reason is DeathReason.UNREADABLE:
        message = replace(message, body=message.body[:-1])
    elif case.reason is DeathReason.DELIVERY_LIMIT:
        platform.crashing.add(case.job_id)
    else:
        message = OutgoingMessage(IDLE.exchange, IDLE.name, message.body, case.job_id, expiration_seconds=0.2)
    async with _AT_ONCE:
        assert await sender.publish(message, timeout_seconds=PATIENCE_SECONDS) == "confirmed"


async def ordinary_photo(platform: Platform, sender: Broker) -> str:
    job_id = await photographed(platform, left_ms=60_000)
    message = outgoing(topology.SUBMISSIONS, PhotoSubmitted(job_id=job_id), job_id=job_id)
    async with _AT_ONCE:
        await sender.publish(message, timeout_seconds=PATIENCE_SECONDS)
    return job_id


async def until_letters(platform: Platform, count: int) -> None:
    async with asyncio.timeout(60):
        while await platform.mongo.database["dead_letters"].count_documents({}) < count:
            await asyncio.sleep(0.2)


async def every_letter(admin: aiohttp.ClientSession) -> dict[str, dict[str, str]]:
    """Give what the API shows of each, by job."""
    shown: dict[str, dict[str, str]] = {}
    cursor = ""
    while True:
        _, page = await ask(admin, "GET", f"{PATH}?limit=90{cursor}")
        shown |= {item["job_id"]: item for item in page["items"]}
        if page["next_cursor"] is None:
            return shown
        cursor = f"&cursor={page['next_cursor']}"


async def until_done(platform: Platform, job_ids: list[str]) -> None:
    async with asyncio.timeout(60):
        while await platform.mongo.database["jobs"].count_documents(
            {"_id": {"$in": job_ids}, "status": JobStatus.DONE.value}
        ) < len(job_ids):
            await asyncio.sleep(0.2)


@pytest.mark.timeout(240)
async def test_two_hundred_letters_tell_the_truth_and_a_replay_runs_only_what_has_time(
    platform: Platform, sender: Broker, admin: aiohttp.ClientSession
) -> None:
    reasons = [reason for reason, count in HOW_MANY.items() for _ in range(count)]
    cases = [await a_photo_left_alone(platform, reason, number) for number, reason in enumerate(reasons)]

    async with asyncio.TaskGroup() as group:
        ordinary = [group.create_task(ordinary_photo(platform, sender)) for _ in range(ORDINARY_PHOTOS)]
        for case in cases:
            group.create_task(let_die(platform, sender, case))
    await until_letters(platform, len(cases))
    await until_done(platform, [task.result() for task in ordinary])
    shown = await every_letter(admin)

    assert {case.job_id: case.reason.value for case in cases} == {job: item["reason"] for job, item in shown.items()}
    helped = {case.job_id for case in cases if case.has_time}
    assert {job for job, item in shown.items() if item["outlook"] == "can_be_replayed"} == helped
    assert {item["outlook"] for job, item in shown.items() if job not in helped} == {"too_late"}

    platform.crashing.clear()  # the defect is mended
    asked = {"dry_run": False, "filter": {}}
    _, dry = await ask(admin, "POST", f"{PATH}/replay", {"dry_run": True, "filter": {}})
    answers = await asyncio.gather(*(ask(admin, "POST", f"{PATH}/replay", asked) for _ in range(3)))
    await until_done(platform, sorted(helped))
    _, again = await ask(admin, "POST", f"{PATH}/replay", asked)

    replayed = Counter(item["job_id"] for _, told in answers for item in told["items"] if item["result"] == "replayed")
    assert dry["counts"] == {"can_be_replayed": len(helped), "too_late": len(cases) - len(helped)}
    assert replayed == dict.fromkeys(helped, 1)
    assert again["counts"] == {"too_late": len(cases) - len(helped)}
    calls = {case.job_id: len(await platform.sandbox.calls(case.job_id)) for case in cases}
    assert calls == {case.job_id: int(case.has_time) for case in cases}
    rows = await platform.mongo.database["jobs"].find({"_id": {"$in": [*calls]}}).to_list(None)
    outcomes = Counter(attempt["outcome"] for row in rows for attempt in row["attempts"])
    assert outcomes == {AttemptOutcome.DELIVERED.value: len(helped)}
    assert {row["status"] for row in rows if row["_id"] not in helped} == {"cancelled", "timeout"}
    assert (await platform.broker.depths([topology.DEAD_LETTERS.name]))[topology.DEAD_LETTERS.name].ready == 0
