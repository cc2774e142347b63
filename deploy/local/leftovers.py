"""Finds and ends what an earlier supervisor that was killed left running: only processes with its mark."""

import os
import select
import signal
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.managed_process import MARKER_VARIABLE

#: The kernel takes a moment to take down what was killed.
KILLED_SECONDS = 5


def find_marked(marker: str, proc: Path = Path("/proc")) -> list[int]:
    """The pids of all processes that inherited this stack's mark in their environment."""
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit() and _has(entry, _wanted(marker))]


def end_marked(marker: str, *, grace_seconds: float) -> int:
    """End all of them: SIGTERM, after the grace SIGKILL; how many there were."""
    held = _hold_marked(marker)
    _signal(held, signal.SIGTERM)
    stubborn = _wait_for_end(held, grace_seconds)
    _signal(stubborn, signal.SIGKILL)
    _wait_for_end(stubborn, KILLED_SECONDS)
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def _wait_for_end(descriptors: list[int], seconds: float) -> list[int]:
    """Those that still run after that time."""
    running, deadline = descriptors, time.monotonic() + seconds
    while running and (left := deadline - time.monotonic()) > 0:
        ended, _, _ = select.select(running, [], [], left)
        running = [descriptor for descriptor in running if descriptor not in ended]
    return running


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
