"""Two replicas of every service side by side: a rolling restart fails nothing, a cancellation reaches all of them."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.job import Job, JobStatus
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Slot
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import ask, log_in, logged_in
from tests.balancer import balancing
from tests.dslr_client import Answer, Shot, shoot
from tests.gateway_process import server_environ
from tests.job_rows import new_slot
from tests.photos import camera_jpeg
from tests.replicas import REPLICAS, SECRET_KEY, Replicas, replicas
from tests.servers import RunningMinio, RunningServer

pytestmark = pytest.mark.timeout(240)

PASSWORD = "booth-password"
WINDOW_SECONDS = 30
SECONDS_BETWEEN_PHOTOS = 0.4
#: What an administrator saves is in force on every replica within this time.
IN_FORCE_SECONDS = 2.0


@dataclass
class Cluster:
    """The replicas, and what the test sees of rows, objects and provider calls."""

    replicas: Replicas
    mongo: Mongo
    store: MediaStore
    http: aiohttp.ClientSession

    async def slot(self, provider: str = "gemini", behaviour: str = "ok") -> Slot:
        name = f"t-{uuid.uuid4().hex[:12]}"
        slot = new_slot(
            id=name,
            name=name,
            provider=provider,
            operation="image_edit",
            params={"prompt": f"{name} [sandbox:{behaviour}]"},
            sync_response_seconds=WINDOW_SECONDS,
        )
        await SlotRepository(self.mongo.database).insert_if_missing(slot)
        return slot

    async def shoot(self, slot: Slot) -> Answer:
        return await shoot(f"{self.replicas.base_url}/ingest/{slot.id}", Shot.captured(PHOTO, PASSWORD))

    async def rows(self, slot: Slot) -> list[Job]:
        found = await self.mongo.database["jobs"].find({"slot_id": slot.id}, {"_id": 1}).to_list(None)
        rows = [await JobRepository(self.mongo.database).get(document["_id"]) for document in found]
        return [row for row in rows if row is not None]

    async def calls(self, slot: Slot) -> list[dict[str, Any]]:
        address = f"{self.replicas.sandbox_url}/control/calls"
        async with self.http.get(address, params={"prompt_contains": slot.id}) as answer:
            calls: list[dict[str, Any]] = (await answer.json())["calls"]
            return calls

    async def until(self, holds: Callable[[], Awaitable[bool]], *, seconds: float) -> float:
        """Seconds until the awaited condition held."""
        started = time.monotonic()
        while not await holds():
            assert time.monotonic() - started < seconds, f"not within {seconds} s"
            await asyncio.sleep(0.05)
        return time.monotonic() - started

    async def left_of(self, rows: list[Job], bucket: Bucket) -> list[str]:
        keys = [entry.key for entry in await self.store.list(bucket, limit=10_000)]
        return [key for key in keys if any(row.id in key for row in rows)]


PHOTO = camera_jpeg(1200, 800)


@pytest.fixture
async def cluster(rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio) -> AsyncIterator[Cluster]:
    database_url = mongodb.url.replace("/photochanger?", f"/replicas_{uuid.uuid4().hex}?")
    async with AsyncExitStack() as stack:
        pair = stack.enter_context(replicas(server_environ(rabbitmq, database_url, minio)))
        await stack.enter_async_context(balancing(pair.ports.balancer, pair.ports.gateways))
        mongo = await stack.enter_async_context(connect(SecretStr(database_url), timeout_ms=5_000))
        verifier = password_verifier(PASSWORD, secret_key=SECRET_KEY)
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        store = await stack.enter_async_context(
            MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key))
        )
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)))
        pair.start_sandbox()
        for replica in range(REPLICAS):
            await pair.start(replica)
        yield Cluster(pair, mongo, store, http)


async def test_a_rolling_restart_under_load_fails_no_photo_and_a_cancellation_reaches_every_replica(
    cluster: Cluster,
) -> None:
    """One test: the fourteen processes take longer to start than all of this."""
    await a_rolling_restart_under_load_fails_nothing(cluster)
    await a_cancellation_stops_calls_in_both_replicas(cluster)
    async with asyncio.TaskGroup() as group:
        for provider in ("gemini", "turbotext", "openai"):
            group.create_task(a_key_set_at_run_time_is_in_force_in_both_replicas(cluster, provider))


async def a_rolling_restart_under_load_fails_nothing(cluster: Cluster) -> None:
    slots = [await cluster.slot(provider) for provider in ("gemini", "turbotext")]
    is_over = asyncio.Event()

    async def booths() -> list[Answer]:
        async with asyncio.TaskGroup() as group:
            photos: list[asyncio.Task[Answer]] = []
            while not is_over.is_set():
                photos.append(group.create_task(cluster.shoot(slots[len(photos) % len(slots)])))
                await asyncio.sleep(SECONDS_BETWEEN_PHOTOS)
        return [photo.result() for photo in photos]

    async with asyncio.TaskGroup() as group:
        shooting = group.create_task(booths())
        await asyncio.sleep(3)
        codes = [await cluster.replicas.restart(replica) for replica in range(REPLICAS)]
        await asyncio.sleep(2)
        is_over.set()

    answers = shooting.result()
    print(f"{len(answers)} photos, slowest {max(answer.total_seconds for answer in answers):.1f} s")
    assert [set(of_replica.values()) for of_replica in codes] == [{0}] * REPLICAS
    assert [(answer.status, answer.code, answer.total_seconds) for answer in answers if answer.status != 200] == []
    rows = [row for slot in slots for row in await cluster.rows(slot)]
    assert {row.status for row in rows} == {JobStatus.DONE}
    assert len(rows) == len(answers)
    assert {sum(attempt.calls for attempt in row.attempts) for row in rows} == {1}
    died = {"reason": {"$ne": "expired"}}
    assert await cluster.mongo.database["dead_letters"].count_documents(died) == 0

    async def sources_are_gone() -> bool:
        return not await cluster.left_of(rows, Bucket.SOURCES)

    await cluster.until(sources_are_gone, seconds=10)


async def a_cancellation_stops_calls_in_both_replicas(cluster: Cluster) -> None:
    slot, photos = await cluster.slot(behaviour="hang"), 6

    async def all_are_called() -> bool:
        return len(await cluster.calls(slot)) >= photos

    async def cancel() -> None:
        api_url = f"http://127.0.0.1:{cluster.replicas.ports.admins[1]}"
        async with aiohttp.ClientSession(api_url) as stranger:
            token = await log_in(stranger)
        async with logged_in(api_url, token) as admin:
            one = (await cluster.rows(slot))[0]
            status, _ = await ask(admin, "POST", f"/api/v1/jobs/{one.id}/cancel")
            assert status == 200
            headers = {"If-Match": '"1"'}
            status, _ = await ask(admin, "PATCH", f"/api/v1/slots/{slot.id}", {"is_active": False}, headers=headers)
            assert status == 200

    async def all_have_stopped() -> bool:
        return all(call["client_hung_up"] for call in await cluster.calls(slot))

    async with asyncio.TaskGroup() as group:
        booths = [group.create_task(cluster.shoot(slot)) for _ in range(photos)]
        await cluster.until(all_are_called, seconds=20)
        owners = {attempt.owner for row in await cluster.rows(slot) for attempt in row.attempts}
        await cancel()
        stopped_after = await cluster.until(all_have_stopped, seconds=5)

    print(f"calls of {len(owners)} workers stopped after {stopped_after:.2f} s")
    assert len(owners) == REPLICAS
    assert stopped_after <= 1
    assert {(booth.result().status, booth.result().code) for booth in booths} == {(503, "job_cancelled")}
    rows = await cluster.rows(slot)
    assert {row.status for row in rows} == {JobStatus.CANCELLED}
    assert await cluster.left_of(rows, Bucket.RESULTS) == []
    await asyncio.sleep(2)
    assert len(await cluster.calls(slot)) == photos


async def a_key_set_at_run_time_is_in_force_in_both_replicas(cluster: Cluster, provider: str) -> None:
    photos, key = 6, f"run-time-key-{uuid.uuid4().hex}"

    async def keys_used() -> set[str]:
        """By calls of both replicas: each got some of the photos."""
        slot = await cluster.slot(provider)
        async with asyncio.TaskGroup() as group:
            booths = [group.create_task(cluster.shoot(slot)) for _ in range(photos)]
        assert {booth.result().status for booth in booths} == {200}
        owners = {attempt.owner for row in await cluster.rows(slot) for attempt in row.attempts}
        assert len(owners) == REPLICAS
        return {call["key_last4"] for call in await cluster.calls(slot)}

    async def change(method: str, path: str, body: object = None) -> Any:
        api_url = f"http://127.0.0.1:{cluster.replicas.ports.admins[0]}"
        async with aiohttp.ClientSession(api_url) as stranger:
            token = await log_in(stranger)
        async with logged_in(api_url, token) as admin:
            status, answer = await ask(admin, method, f"/api/v1/providers/{provider}/key{path}", body)
        assert status in {200, 204}
        return answer

    before = await keys_used()
    await change("PUT", "", {"api_key": key})
    await asyncio.sleep(IN_FORCE_SECONDS)
    after = await keys_used()
    test = await change("POST", "/test")

    assert before != after
    assert after == {key[-4:]}
    assert (test["verdict"], test["last4"]) == ("accepted", key[-4:])
