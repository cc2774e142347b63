"""Of everything that runs on the machine, only this stack's own processes are ended."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from deploy.local.leftovers import end_marked, find_marked
from deploy.local.managed_process import MARKER_VARIABLE

OURS, NEIGHBOURS = "tests-1:/home/of/this", "tests-1:/home/of/this-and-more"


@contextmanager
def _two_sleepers(marker: str, script: str = "sleep 60") -> Iterator[subprocess.Popen[bytes]]:
    """A shell and its child, both with the mark."""
    process = subprocess.Popen(
        ["sh", "-c", f"{script} & wait"], env=os.environ | {MARKER_VARIABLE: marker}, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 10
        while len(find_marked(marker)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_neighbours_processes_are_left_alone() -> None:
    with _two_sleepers(OURS) as ours, _two_sleepers(NEIGHBOURS) as neighbour:
        ended = end_marked(OURS, grace_seconds=5)

        assert ended == 2
        assert ours.wait(5) == -signal.SIGTERM
        assert neighbour.poll() is None
        assert len(find_marked(NEIGHBOURS)) == 2


def test_one_that_ignores_the_polite_signal_is_killed_after_the_grace() -> None:
    with _two_sleepers(OURS, script="trap '' TERM; sleep 60") as stubborn:
        end_marked(OURS, grace_seconds=0.2)

        assert stubborn.wait(5) < 0
        assert find_marked(OURS) == []


def test_without_leftovers_nothing_happens() -> None:
    assert end_marked("nobody:/nowhere", grace_seconds=5) == 0


@pytest.mark.parametrize("number", [1, os.getpid()], ids=["init", "ours"])
def test_processes_without_the_mark_are_never_found(number: int) -> None:
    assert number not in find_marked(OURS)
