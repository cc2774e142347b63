"""Three times as many booths as there are places: refusals are fast, memory is bounded, the rush leaves no trace."""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from photochanger.domain.job import Job
from tests.dslr_client import Answer, Manners, Shot, shoot
from tests.gateway_process import GatewayProcess, running_gateway, server_environ
from tests.integration.gateway.conftest import PASSWORD, StandIn, World, a_picture
from tests.servers import RunningMinio, RunningServer
from tests.service_process import ROOT

MIB = 2**20
PLACES, TIMES_TOO_MANY = 32, 3
RUSH_SECONDS, RECOVERY_SECONDS = 8.0, 10.0
#: A booth that was refused tries again after about this.
PAUSE_SECONDS = 0.5
FAST_SECONDS = 0.25
SMALL = Shot.captured(a_picture(), PASSWORD)


@dataclass
class Rush:
    """What booths that never give up got."""

    answers: list[Answer] = field(default_factory=list)
    peak_bytes: int = 0
    #: status, code, and the seconds to the first byte as another process measured them
    probes: list[tuple[int, str, float]] = field(default_factory=list)

    def statuses(self) -> set[tuple[int, str]]:
        of_probes = {(status, code) for status, code, _ in self.probes}
        return of_probes | {(answer.status, answer.code) for answer in self.answers}

    def refusal_p99(self) -> float:
        return statistics.quantiles([seconds for status, _, seconds in self.probes if status != 200], n=100)[98]


async def rush(gateway: GatewayProcess, urls: list[str], photo: bytes) -> Rush:
    """Let `PLACES * TIMES_TOO_MANY` booths post again and again."""
    found, over = Rush(), time.monotonic() + RUSH_SECONDS
    shot = Shot.captured(photo, PASSWORD)

    async def booth(number: int) -> None:
        await asyncio.sleep(random.uniform(0, 2 * PAUSE_SECONDS))
        while time.monotonic() < over:
            answer = await shoot(urls[number % len(urls)], shot, Manners(timeout_seconds=30))
            found.answers.append(answer)
            found.peak_bytes = max(found.peak_bytes, gateway.resident_bytes)
            if answer.status != 200:
                await asyncio.sleep(random.uniform(0.5, 1.5) * PAUSE_SECONDS)

    async with asyncio.TaskGroup() as booths:
        probing = booths.create_task(probes(urls))
        for number in range(PLACES * TIMES_TOO_MANY):
            booths.create_task(booth(number))
    found.probes = probing.result()
    return found


async def probes(urls: list[str]) -> list[tuple[int, str, float]]:
    """What a few more booths find while the rush is on."""
    await asyncio.sleep(2 * PAUSE_SECONDS)
    command = (sys.executable, "-m", "tests.load.prober", str(RUSH_SECONDS - 3 * PAUSE_SECONDS), PASSWORD, *urls)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    return [(status, code, seconds) for status, code, seconds in json.loads(printed)]


async def is_calm(url: str, usual_seconds: float) -> bool:
    """Whether a photo is done as fast as before the rush."""
    answer = await shoot(url, SMALL)
    return answer.status == 200 and answer.total_seconds <= usual_seconds + 0.5


async def deliver_in_a_second(stand_in: StandIn, job: Job) -> None:
    await asyncio.sleep(1.0)
    await stand_in.deliver(job)


@dataclass(frozen=True)
class Limit:
    """What is too small for the rush, and how it is said."""

    slots: int
    max_in_flight: int
    settings: Mapping[str, int]
    refusal: tuple[int, str]


LIMITS = {
    "a full slot": Limit(1, PLACES, {}, (429, "slot_busy")),
    "a full process": Limit(6, 1_000, {"max_waiting_requests": PLACES}, (503, "capacity_exceeded")),
    "too many bytes at once": Limit(6, 1_000, {"max_receiving_bytes": MIB}, (503, "capacity_exceeded")),
}


@pytest.mark.timeout(140)
@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
async def test_at_three_times_the_capacity_refusals_are_fast_and_it_recovers(
    world: World, rabbitmq: RunningServer, database_url: str, minio: RunningMinio, limit: Limit
) -> None:
    world.stand_in.script = deliver_in_a_second
    slots = [await world.slot(max_in_flight=limit.max_in_flight) for _ in range(limit.slots)]
    await world.settings(photos_per_minute_per_address=1_000_000, **limit.settings)

    with running_gateway(server_environ(rabbitmq, database_url, minio)) as gateway:
        await gateway.wait_ready()
        urls = [f"{gateway.url}/ingest/{slot.id}" for slot in slots]
        calm = (await shoot(urls[0], SMALL)).total_seconds
        before = gateway.resident_bytes

        found = await rush(gateway, urls, a_picture(1200, 900))

        over = time.monotonic()
        while not await is_calm(urls[0], calm):
            assert time.monotonic() - over < RECOVERY_SECONDS
        recovered = time.monotonic() - over

    await world.settings()
    done = sum(one.status == 200 for one in found.answers)
    print(
        f"{len(found.answers)} photos, {done} done; {len(found.probes)} probes, "
        f"refusals p99 {found.refusal_p99() * 1000:.0f} ms; "
        f"resident {before / MIB:.0f} -> {found.peak_bytes / MIB:.0f} MiB; recovered after {recovered:.1f} s"
    )
    assert found.statuses() == {(200, ""), limit.refusal}
    assert all(int(one.headers["retry-after"]) >= 1 for one in found.answers if one.status != 200)
    assert found.refusal_p99() <= FAST_SECONDS
    assert found.peak_bytes - before <= 128 * MIB


@pytest.mark.timeout(140)
async def test_a_photo_is_not_kept_in_memory_while_its_booth_waits(
    world: World, rabbitmq: RunningServer, database_url: str, minio: RunningMinio
) -> None:
    booths, arriving = 120, asyncio.Semaphore(4)
    ignored = Ignored()
    world.stand_in.script = ignored
    slot = await world.slot(max_in_flight=1_000, sync_response_seconds=60)
    await world.settings(photos_per_minute_per_address=1_000_000)
    photo = a_picture(2400, 1800)

    with running_gateway(server_environ(rabbitmq, database_url, minio)) as gateway:
        await gateway.wait_ready()
        before = gateway.resident_bytes

        async def booth() -> Answer:
            async with arriving:
                answer = asyncio.ensure_future(shoot(f"{gateway.url}/ingest/{slot.id}", Shot.captured(photo, PASSWORD)))
                await asyncio.sleep(0.4)
            return await answer

        async with asyncio.TaskGroup() as group:
            answers = [group.create_task(booth()) for _ in range(booths)]
            async with asyncio.timeout(50):
                while len(ignored.jobs) < booths:
                    await asyncio.sleep(0.1)
            grown = gateway.resident_bytes - before
            for job in ignored.jobs:
                await world.stand_in.finalizer.cancel(job.id, detail="enough")

    await world.settings()
    print(f"{booths} photos of {len(photo) / MIB:.1f} MiB wait in {grown / MIB:.0f} MiB")
    assert {answer.result().code for answer in answers} == {"job_cancelled"}
    assert grown <= 100 * MIB


class Ignored:
    """Jobs that nobody works on."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    async def __call__(self, _stand_in: StandIn, job: Job) -> None:
        self.jobs.append(job)
