"""How long answers of the admin API take, and what it costs its process."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import psutil

MIB = 2**20
#: Of an answer, before it counts as none.
ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Timing:
    name: str
    milliseconds: tuple[float, ...]

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

    def line(self) -> str:
        p50, p95, worst = self.percentile(50), self.percentile(95), max(self.milliseconds)
        return f"| {self.name} | {len(self.milliseconds)} | {p50:.0f} | {p95:.0f} | {worst:.0f} |"


HEAD = "| | asked | p50 ms | p95 ms | worst ms |\n|---|---|---|---|---|"


async def timed(http: aiohttp.ClientSession, name: str, paths: list[str]) -> Timing:
    """Ask for the paths one after the other."""
    took = []
    for path in paths:
        started = time.perf_counter()
        async with asyncio.timeout(ANSWER_SECONDS), http.get(path) as answer:
            body = await answer.read()
        took.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status} {body[:300]!r}")
    return Timing(name, tuple(took))


@dataclass
class Memory:
    """What the process grew by, at most, while it was watched."""

    before: int
    peak: int

    @property
    def growth_mib(self) -> float:
        return (self.peak - self.before) / MIB


@asynccontextmanager
async def watched_memory(process: psutil.Process) -> AsyncIterator[Memory]:
    memory = Memory(process.memory_info().rss, 0)

    async def watch() -> None:
        while True:
            memory.peak = max(memory.peak, process.memory_info().rss)
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch())
        yield memory
        task.cancel()
