"""CPU time and memory of processes by name, their children included."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

_SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Usage:
    """CPU seconds spent, and the highest resident bytes seen, by process name."""

    cpu_seconds: Mapping[str, float]
    peak_bytes: Mapping[str, int]


@dataclass(frozen=True)
class Meter:
    """Watches the process trees that begin at `pids`."""

    pids: Mapping[str, int]

    async def measure(self, seconds: float) -> Usage:
        """Watch for `seconds`."""
        before, peak = self._cpu(), self.resident_bytes()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _SAMPLE_SECONDS))
            now = self.resident_bytes()
            peak = {name: max(peak[name], now[name]) for name in self.pids}
        after = self._cpu()
        return Usage({name: after[name] - before[name] for name in self.pids}, peak)

    def resident_bytes(self) -> dict[str, int]:
        return {name: sum(_resident(process) for process in _tree(pid)) for name, pid in self.pids.items()}

    def _cpu(self) -> dict[str, float]:
        return {name: sum(_cpu_seconds(process) for process in _tree(pid)) for name, pid in self.pids.items()}


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _cpu_seconds(process: psutil.Process) -> float:
    """Its own time and that of its ended children."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.NoSuchProcess:
        return 0.0
