"""Two hundred people watch a busy evening: everybody is told everything, at most a second late. Takes half a minute."""

import asyncio
import re
import statistics
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from pydantic import SecretStr

from admin_api.operations.live.event_routes import PATH, STREAMS_PER_SESSION
from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import outgoing_event
from photochanger.messages import JobEvent
from photochanger.observability import Telemetry
from tests.admin_people import log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.gateway_process import server_environ
from tests.servers import RunningMinio, RunningServer

WATCHERS = 200
PHOTOS_PER_SECOND, SECONDS = 10, 15
WAY = (JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.DONE)
#: What a photo is told as: each state, and its result.
EVENTS_PER_PHOTO = len(WAY) + 1
JOB = re.compile(rb'"job_id":"([^"]+)".*?"status":"(\w+)"')


@dataclass
class Evening:
    """When each change was told, and how much later each watcher heard of it."""

    told: dict[tuple[bytes, bytes], float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    heard: list[int] = field(default_factory=lambda: [0] * WATCHERS)

    async def watch(self, http: aiohttp.ClientSession, number: int) -> None:
        async with http.get(PATH, timeout=aiohttp.ClientTimeout(total=None)) as answer:
            assert answer.status == 200
            async for line in answer.content:
                if line.startswith(b"data: {"):
                    self._note(line, number)

    def _note(self, line: bytes, number: int) -> None:
        found = JOB.search(line)
        if found is not None:
            self.late.append(time.monotonic() - self.told[found[1], found[2]])
        self.heard[number] += b"job_id" in line

    async def tell(self, broker: Broker) -> None:
        job_id = str(uuid.uuid4())
        for status in WAY:
            self.told[job_id.encode(), status.value.encode()] = time.monotonic()
            await broker.publish(outgoing_event(JobEvent(job_id=job_id, slot_id="demo", status=status)))


@asynccontextmanager
async def sessions(url: str) -> AsyncIterator[list[aiohttp.ClientSession]]:
    async with AsyncExitStack() as stack, aiohttp.ClientSession(url, cookie_jar=aiohttp.DummyCookieJar()) as stranger:
        yield [
            await stack.enter_async_context(logged_in(url, await log_in(stranger)))
            for _ in range(WATCHERS // STREAMS_PER_SESSION)
        ]


@pytest.mark.timeout(150)
async def test_two_hundred_watchers_are_at_most_a_second_behind(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio
) -> None:
    evening = Evening()
    mongo_url = mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")
    with running_admin_api(admin_settings(mongo_url) | server_environ(rabbitmq, mongo_url, minio)) as url:
        async with (
            sessions(url) as people,
            Broker(SecretStr(rabbitmq.url), name="load", telemetry=Telemetry("load")) as broker,
        ):
            watching = [
                asyncio.ensure_future(evening.watch(people[number // STREAMS_PER_SESSION], number))
                for number in range(WATCHERS)
            ]
            await asyncio.sleep(5)
            for _ in range(PHOTOS_PER_SECOND * SECONDS):
                await evening.tell(broker)
                await asyncio.sleep(1 / PHOTOS_PER_SECOND)
            await asyncio.sleep(2)
            ended = [task for task in watching if task.done()]
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    late = sorted(evening.late)
    told = f"{len(late)} told, late p50 {statistics.median(late):.3f} s"
    print(f"{told}, p99 {late[len(late) * 99 // 100]:.3f} s, most {late[-1]:.3f} s")
    assert ended == []
    assert set(evening.heard) == {PHOTOS_PER_SECOND * SECONDS * EVENTS_PER_PHOTO}
    assert late[-1] <= 1
