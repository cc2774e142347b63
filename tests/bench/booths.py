"""Booths in a closed loop: each posts its next photo as soon as it has the answer to the last one."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from deploy.local.booth import booth_request
from tests.bench.usage import Meter, Usage

#: With many in flight the line before the stores has to form first.
WARM_UP_SECONDS, LONG_WARM_UP_SECONDS, MANY = 2.0, 6.0, 32
ANSWER_SECONDS = 65.0
_PICTURE_BYTES = 100_000


@dataclass(frozen=True)
class Target:
    """One system under load, and its processes by name."""

    name: str
    url: str
    password: str
    meter: Meter


@dataclass
class Measured:
    """What one loop found; `totals` are the photos' seconds from the first byte sent to the last byte received."""

    totals: list[float]
    elapsed_seconds: float
    usage: Usage
    failures: Counter[str] = field(default_factory=Counter)


async def closed_loop(target: Target, photo: bytes, *, in_flight: int, seconds: float) -> Measured:
    """Keep `in_flight` photos under way; the first seconds are not counted."""
    content_type, body = booth_request(photo, target.password)
    totals: list[float] = []
    failures: Counter[str] = Counter()
    stop = asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as tasks:

        async def booth() -> None:
            while not stop.is_set():
                started = time.monotonic()
                problem = await _post(session, target.url, body, content_type)
                if problem:
                    failures[problem] += 1
                    await asyncio.sleep(0.2)
                else:
                    totals.append(time.monotonic() - started)

        for _ in range(in_flight):
            tasks.create_task(booth())
        await asyncio.sleep(WARM_UP_SECONDS if in_flight < MANY else LONG_WARM_UP_SECONDS)
        began = time.monotonic()
        totals.clear()
        failures.clear()
        usage = await target.meter.measure(seconds)
        elapsed = time.monotonic() - began
        measured = Measured(list(totals), elapsed, usage, Counter(failures))
        stop.set()
    return measured


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, content_type: str) -> str:
    """Give "" for a picture, else what came instead."""
    try:
        async with session.post(url, data=body, headers={"Content-Type": content_type}, expect100=True) as response:
            answer = await response.read()
            if response.status == 200 and len(answer) > _PICTURE_BYTES:
                return ""
            return f"HTTP {response.status} {answer[:200].decode(errors='replace')}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return repr(error)
