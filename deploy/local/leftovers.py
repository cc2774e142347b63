"""Finds and ends what an earlier supervisor that was killed left running: only processes with its mark."""

import os
import select
import signal
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.managed_process import MARKER_VARIABLE


def find_marked(marker: str, proc: Path = Path("/proc")) -> list[int]:
    """The pids of all processes that inherited this stack's mark in their environment."""
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit() and _has(entry, _wanted(marker))]


def end_marked(marker: str, *, grace_seconds: float) -> int:
    """End all of them: SIGTERM, after the grace SIGKILL; how many there were."""
    held = _hold_marked(marker)
    _signal(held, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    running = held
    while running and (left := deadline - time.monotonic()) > 0:
        ended, _, _ = select.select(running, [], [], left)
        running = [descriptor for descriptor in running if descriptor not in ended]
    _signal(running, signal.SIGKILL)
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def _hold_marked(marker: str) -> list[int]:
    """A pidfd holds on to the process itself: a pid that is given away meanwhile cannot be hit."""
    held = []
    for pid in find_marked(marker):
        with suppress(ProcessLookupError):
            held.append(os.pidfd_open(pid))
            if not _has(Path(f"/proc/{pid}"), _wanted(marker)):
                os.close(held.pop())
    return held


def _signal(descriptors: list[int], number: signal.Signals) -> None:
    for descriptor in descriptors:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, number)


def _wanted(marker: str) -> bytes:
    return f"{MARKER_VARIABLE}={marker}".encode()


def _has(entry: Path, wanted: bytes) -> bool:
    try:
        return wanted in (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
