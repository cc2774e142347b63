"""Queues as the broker and the rows tell of them; a provider taken out of the way and given back."""

import asyncio
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from photochanger import topology
from photochanger.domain.slot import Operation
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.observability import Telemetry
from tests.integration.admin.photos.conftest import MANIFEST, Person
from tests.job_rows import new_job, new_slot
from tests.servers import RunningServer

QUEUES = "/api/v1/queues"


async def a_provider(mongo: Mongo) -> str:
    name = f"painter-{uuid.uuid4().hex[:8]}"
    await ProviderRepository(mongo.database).upsert_manifest(MANIFEST.model_copy(update={"name": name}))
    return name


async def a_photo_at(mongo: Mongo, provider: str, *, is_taken: bool = False) -> str:
    """Admit one and send it to the provider."""
    jobs, new = JobRepository(mongo.database), new_job(new_slot(provider=provider))
    await jobs.admit(new, left_ms=60_000)
    assert await jobs.start_attempt(
        new.id, route=0, provider=provider, operation=Operation.STYLE_TRANSFER, cut_left_ms=500, after=0
    )
    if is_taken:
        taken = {"attempts.0.owner": "a worker", "attempts.0.lease_until": datetime.now(UTC) + timedelta(minutes=5)}
        await mongo.database["jobs"].update_one({"_id": new.id}, {"$set": taken})
    return new.id


async def end(mongo: Mongo, job_id: str) -> None:
    assert await JobRepository(mongo.database).finish_cancelled(job_id, detail="test") is not None


async def records(mongo: Mongo, provider: str) -> list[tuple[str, object, object]]:
    found = await mongo.database["audit"].find({"target": f"providers/{provider}/pause"}).sort("at", 1).to_list(None)
    return [(entry["action"], entry["actor"], (entry["after"] or {}).get("why")) for entry in found]


async def test_a_queues_messages_and_consumers_and_the_wait_of_its_first_photo_are_shown(
    viewer: Person, mongo: Mongo, rabbitmq: RunningServer
) -> None:
    provider, never_run = await a_provider(mongo), await a_provider(mongo)
    queue = topology.provider_queue(provider)
    first = await a_photo_at(mongo, provider)
    old = {"attempts.0.dispatched_at": datetime.now(UTC) - timedelta(seconds=30)}
    await mongo.database["jobs"].update_one({"_id": first}, {"$set": old})
    await a_photo_at(mongo, provider)
    await a_photo_at(mongo, provider, is_taken=True)
    holding = asyncio.Event()

    async def hold(_: Delivery) -> None:
        await holding.wait()

    async with Broker(SecretStr(rabbitmq.url), name="tests", telemetry=Telemetry("tests")) as broker:
        broker.consume_raw(queue, hold, concurrency=1)
        async with asyncio.timeout(10):
            while await broker.readiness() is not None:
                await asyncio.sleep(0.05)
        for _ in range(3):
            assert await broker.publish(OutgoingMessage(queue.exchange, queue.name, b"{}")) == "confirmed"

        async with asyncio.timeout(10):
            while True:
                answer = await viewer.ask("GET", QUEUES)
                shown = {item["name"]: item for item in answer.json["items"]}
                if shown[queue.name]["ready"] == 2:
                    break
                await asyncio.sleep(0.2)
        holding.set()

    assert answer.status == 200
    item = shown[queue.name]
    assert (item["purpose"], item["provider"], item["exists"], item["consumers"]) == ("provider", provider, True, 1)
    assert (item["waiting"], item["running"]) == (2, 1)
    assert 30 <= item["oldest_seconds"] < 60
    missing = shown[topology.provider_queue(never_run).name]
    assert (missing["exists"], missing["ready"], missing["consumers"], missing["waiting"]) == (False, 0, 0, 0)
    assert {topology.SUBMISSIONS.name, topology.OUTCOMES.name, topology.DEAD_LETTERS.name} <= set(shown)


async def test_a_paused_provider_says_who_why_when_and_what_still_runs(
    operator: Person, viewer: Person, mongo: Mongo
) -> None:
    provider = await a_provider(mongo)
    path = f"/api/v1/providers/{provider}/pause"
    await a_photo_at(mongo, provider, is_taken=True)

    before = (await viewer.ask("GET", path)).json
    paused = await operator.ask("PUT", path, json={"why": "Кончились деньги"})
    shown = (await viewer.ask("GET", path)).json
    breakers = (await viewer.ask("GET", f"/api/v1/providers/{provider}")).json["breakers"]

    assert (before["state"], before["by"], before["since"]) == ("active", None, None)
    assert (paused.status, paused.json) == (200, shown)
    assert (shown["state"], shown["by"], shown["why"], shown["running"]) == (
        "draining",
        "operator",
        "Кончились деньги",
        1,
    )
    assert [(one["reason"], one["state"], one["by"]) for one in breakers] == [("pause", "open", "operator")]

    resumed = await operator.ask("DELETE", path)
    again = await operator.ask("DELETE", path)

    assert (resumed.status, again.status) == (204, 404)
    assert (await viewer.ask("GET", path)).json["state"] == "active"
    assert await records(mongo, provider) == [("pause", "operator", "Кончились деньги"), ("resume", "operator", None)]


async def test_closing_breakers_by_hand_leaves_a_pause_in_force(admin: Person, mongo: Mongo) -> None:
    provider = await a_provider(mongo)
    await admin.ask("PUT", f"/api/v1/providers/{provider}/pause", json={"why": "x"})
    await admin.ask("PUT", f"/api/v1/providers/{provider}/breaker", json={"state": "open"})

    await admin.ask("PUT", f"/api/v1/providers/{provider}/breaker", json={"state": "closed"})

    breakers = (await admin.ask("GET", f"/api/v1/providers/{provider}")).json["breakers"]
    assert {one["reason"]: one["state"] for one in breakers} == {"pause": "open", "manual": "closed"}


async def test_a_drain_answers_when_the_last_photo_has_ended(operator: Person, mongo: Mongo) -> None:
    provider = await a_provider(mongo)
    job_id = await a_photo_at(mongo, provider, is_taken=True)
    path = f"/api/v1/providers/{provider}/drain"

    impatient = await operator.ask("POST", path, json={"why": "new key", "wait_seconds": 0})
    draining = asyncio.ensure_future(operator.ask("POST", path, json={"why": "new key", "wait_seconds": 30}))
    await asyncio.sleep(3)
    is_waiting = not draining.done()
    await end(mongo, job_id)
    drained = await asyncio.wait_for(draining, 10)

    assert (impatient.json["state"], impatient.json["running"]) == ("draining", 1)
    assert is_waiting
    assert (drained.status, drained.json["state"], drained.json["running"]) == (200, "drained", 0)


async def test_a_drain_of_an_idle_provider_waits_until_every_dispatcher_knows(operator: Person, mongo: Mongo) -> None:
    provider, started = await a_provider(mongo), time.monotonic()

    drained = await operator.ask("POST", f"/api/v1/providers/{provider}/drain", json={"why": "x", "wait_seconds": 30})

    assert drained.json["state"] == "drained"
    assert time.monotonic() - started >= 2


@pytest.mark.parametrize(
    "body", [{}, {"why": ""}, {"why": "x" * 201}, {"why": "a\nb"}, {"why": "x", "unheard": 1}, {"why": 7}]
)
async def test_a_pause_without_a_plain_reason_is_refused(operator: Person, mongo: Mongo, body: object) -> None:
    provider = await a_provider(mongo)

    answer = await operator.ask("PUT", f"/api/v1/providers/{provider}/pause", json=body)

    assert answer.status == 422
    assert await records(mongo, provider) == []


async def test_a_viewer_pauses_nothing(viewer: Person, mongo: Mongo) -> None:
    path = f"/api/v1/providers/{await a_provider(mongo)}/pause"

    assert (await viewer.ask("PUT", path, json={"why": "x"})).status == 403
    assert (await viewer.ask("DELETE", path)).status == 403
