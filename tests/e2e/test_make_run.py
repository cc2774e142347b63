"""`make run` as a person meets it: second copies, crashes, restarts, a clean end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.local.layout import CHECKOUT
from tests.running_stack import RunningStack, running_stack

pytestmark = pytest.mark.timeout(400)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.1)


def processes_of(home: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PHOTOCHANGER_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_a_second_copy_says_that_one_runs_already(stack: RunningStack) -> None:
    second = subprocess.run(["make", "run"], env=stack.env, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert second.returncode != 0
    assert f"already running on {stack.home}" in second.stderr


def test_a_killed_service_is_back_under_a_new_pid(stack: RunningStack) -> None:
    before = stack.pid("dispatcher")

    os.kill(before, signal.SIGKILL)

    wait_until(lambda: stack.pid("dispatcher") != before, 20)
    assert "dispatcher was ended by SIGKILL; starts again in" in stack.output


def test_the_slots_and_the_password_survive_a_restart_and_a_killed_supervisor_leaves_nothing_in_the_way() -> None:
    with running_stack() as own:
        password, supervisor = own.ingest_password, int((own.home / "supervisor.pid").read_text())

        os.kill(supervisor, signal.SIGKILL)
        wait_until(lambda: not psutil.pid_exists(supervisor), 10)
        seconds = own.start()

        assert own.ingest_password == password
        assert seconds < 60, "leftovers are ended first, with up to 15 s of grace"
        assert "processes that an earlier run left" in own.output

        own.stop()

        assert processes_of(own.home) == []
        assert not (own.home / "stack.json").exists()
