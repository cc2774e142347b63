"""Faults of servers, services, lines and provider: how each begins, ends, and how fast work is normal again."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.chaos.run import Run
from tests.chaos.toxic_proxy import HEALTHY, Toxic

#: While it is entered, the fault holds.
Holding = Callable[[Run, random.Random], AbstractAsyncContextManager[None]]
#: Photos come so often that one is in work within this.
CALL_SECONDS = 3.0
#: Photos that come meanwhile wait in the queue.
AWAY_SECONDS = 1.2
_SLOW_DOWN = b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>slow down</Message></Error>'
S3_503 = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
    len(_SLOW_DOWN),
    _SLOW_DOWN,
)


@dataclass(frozen=True)
class Fault:
    """`holds_seconds` between least and most; a photo is a 200 again within `normal_seconds` of its end.

    `refusal` is the code that new photos get at once while it holds, "" where they may be let in. `loses_nothing`:
    every photo that is let in and has the time is a picture. `has_fallback`: the photos' slots have a second provider.
    """

    name: str
    holding: Holding
    holds_seconds: tuple[float, float] = (2.0, 5.0)
    normal_seconds: float = 10.0
    retried_calls: bool = False
    refusal: str = ""
    loses_nothing: bool = False
    has_fallback: bool = False


def killed(part: str) -> Holding:
    """SIGKILL; it is away as long as the fault holds."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        kept = run.stack.kept[part]
        kept.hold()
        run.stack.kill(part)
        try:
            yield
        finally:
            kept.release()
        await asyncio.to_thread(run.stack.wait_ready)

    return hold


def frozen(part: str) -> Holding:
    """SIGSTOP, later SIGCONT: connections stay open and nothing is answered."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        run.stack.signal(part, signal.SIGSTOP)
        try:
            yield
        finally:
            run.stack.signal(part, signal.SIGCONT)

    return hold


def terminated(part: str) -> Holding:
    """SIGTERM in the middle of a provider call: it finishes what it has and is started again."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        await _until_a_call_runs(run)
        run.stack.signal(part, signal.SIGTERM)
        yield
        await asyncio.to_thread(run.stack.wait_ready)

    return hold


async def _until_a_call_runs(run: Run) -> None:
    give_up_at = time.monotonic() + CALL_SECONDS
    while time.monotonic() < give_up_at:
        if any(call.duration_seconds is None for call in await run.witness.calls()):
            return
        await asyncio.sleep(0.05)


def spoiled(server: str, toxic: Toxic) -> Holding:
    """The line between the services and a server."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        run.proxies[server].toxic = toxic
        try:
            yield
        finally:
            run.proxies[server].toxic = HEALTHY

    return hold


def cut(server: str) -> Holding:
    """Every connection is reset once."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        run.proxies[server].reset_all()
        yield

    return hold


def controlled(begin: tuple[str, ...], end: tuple[str, ...] = ()) -> Holding:
    """What rabbitmqctl does, and how it is undone."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        await asyncio.to_thread(run.stack.ctl, *begin)
        try:
            yield
        finally:
            if end:
                await asyncio.to_thread(run.stack.ctl, *end)

    return hold


def deleted(queue: str, consumer: str) -> Holding:
    """The queue is deleted with what waits in it: its consumer is killed and away for a moment."""

    @asynccontextmanager
    async def hold(run: Run, dice: random.Random) -> AsyncIterator[None]:
        async with killed(consumer)(run, dice):
            await asyncio.sleep(AWAY_SECONDS)
            await asyncio.to_thread(run.stack.ctl, "delete_queue", queue)
        yield

    return hold


def switched_off(kind: str) -> Holding:
    """The provider, wholly."""

    @asynccontextmanager
    async def hold(run: Run, _dice: random.Random) -> AsyncIterator[None]:
        address = f"{run.stack.info['sandbox_url']}/control/outage/gemini"
        async with run.witness.http.put(address, json={"kind": kind}) as answer:
            assert answer.status == 200, await answer.text()
        try:
            yield
        finally:
            async with run.witness.http.delete(address):
                pass

    return hold


SERVICES = ("ingest-gateway", "dispatcher", "provider-gemini", "media-janitor", "admin-api")
SERVERS = ("rabbitmq", "mongodb", "minio")
#: A gateway that stands still cannot answer: not longer than an answer may be late.
_WITHIN_GRACE = (1.0, 1.8)
_CLOSE_ALL = ("close_all_connections", "chaos")
_DELETED_SECONDS, _MONGO_SECONDS, _ALARM_SECONDS = 20.0, 15.0, 3.0

FAULTS = (
    *(Fault(f"kill-{part}", killed(part)) for part in (*SERVICES, *SERVERS)),
    Fault("freeze-ingest-gateway", frozen("ingest-gateway"), holds_seconds=_WITHIN_GRACE),
    *(Fault(f"freeze-{part}", frozen(part), normal_seconds=_MONGO_SECONDS) for part in (*SERVICES[1:], *SERVERS)),
    *(Fault(f"term-{part}", terminated(part), loses_nothing=True) for part in SERVICES),
    Fault(
        "memory-alarm",
        controlled(("set_vm_memory_high_watermark", "0.00001"), ("set_vm_memory_high_watermark", "0.4")),
        normal_seconds=_ALARM_SECONDS,
        refusal="queue_unavailable",
    ),
    Fault(
        "disk-alarm",
        controlled(("set_disk_free_limit", "1000000GB"), ("set_disk_free_limit", "256MB")),
        normal_seconds=_ALARM_SECONDS,
        refusal="queue_unavailable",
    ),
    Fault(
        "delete-submissions",
        deleted("dispatcher.submissions.v1", "dispatcher"),
        normal_seconds=_DELETED_SECONDS,
        loses_nothing=True,
    ),
    Fault("delete-tasks", controlled(("delete_queue", "provider.gemini.v1")), normal_seconds=_DELETED_SECONDS),
    # once more at the end: a job in work loses its channel at one of the two moments at least
    Fault("close-connections", controlled(_CLOSE_ALL, _CLOSE_ALL)),
    *(Fault(f"cut-{server}", cut(server), holds_seconds=(0.5, 1.0)) for server in SERVERS),
    *(Fault(f"freeze-line-{server}", spoiled(server, Toxic(is_frozen=True))) for server in SERVERS),
    *(Fault(f"half-open-{server}", spoiled(server, Toxic(is_half_open=True))) for server in SERVERS),
    *(Fault(f"slow-{server}", spoiled(server, Toxic(latency_seconds=0.3))) for server in SERVERS),
    Fault("drip-minio", spoiled("minio", Toxic(bytes_per_second=20_000))),
    Fault("reset-minio", spoiled("minio", Toxic(reset_after_bytes=20_000))),
    Fault("503-minio", spoiled("minio", Toxic(instead=S3_503))),
    *(
        Fault(f"provider-{kind}", switched_off(kind), normal_seconds=30.0, retried_calls=True)
        for kind in ("drop", "unavailable", "hang")
    ),
)
