"""Parts are fetched side by side, in the order of their needs, whole or not at all."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.fetch_plan import Fetch, FetchTools, fetch_all, missing
from deploy.local.progress import Progress


class Machine:
    """Remembers in which order parts were fetched."""

    def __init__(self, tmp_path: Path) -> None:
        self.fetched: list[str] = []
        self.printed = io.StringIO()
        self._logs = tmp_path / "logs"

    def part(self, name: str, *needs: str, run: Callable[[FetchTools], None] | None = None) -> Fetch:
        def fetch(tools: FetchTools) -> None:
            if run is not None:
                run(tools)
            self.fetched.append(name)

        return Fetch(name, f"gets {name}", lambda: name in self.fetched, fetch, needs=needs)

    def fetch(self, *parts: Fetch) -> None:
        with Progress(self.printed) as progress:
            fetch_all(parts, self._logs, progress, threading.Event())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_part_comes_after_everything_it_needs(machine: Machine) -> None:
    minio, go, venv = machine.part("minio", "go"), machine.part("go", "venv"), machine.part("venv")

    machine.fetch(minio, go, venv)

    assert machine.fetched == ["venv", "go", "minio"]


def test_parts_that_need_nothing_of_each_other_run_side_by_side(machine: Machine) -> None:
    both_run = threading.Barrier(2, timeout=5)

    def meet(_: FetchTools) -> None:
        both_run.wait()

    machine.fetch(machine.part("one", run=meet), machine.part("other", run=meet))

    assert sorted(machine.fetched) == ["one", "other"]


def test_a_need_that_is_there_already_holds_nothing_up(machine: Machine) -> None:
    machine.fetch(machine.part("minio", "go"))

    assert machine.fetched == ["minio"]


def test_only_what_is_missing_is_fetched(machine: Machine) -> None:
    there, absent = machine.part("venv"), machine.part("go")
    machine.fetched.append("venv")

    assert missing([there, absent]) == [absent]


def test_the_failed_part_is_what_is_told_and_the_others_are_ended(machine: Machine) -> None:
    def fail(_: FetchTools) -> None:
        raise StackError("mongodb: download refused")

    def long(tools: FetchTools) -> None:
        tools.runner.run(["sleep", "60"])

    started = time.monotonic()

    with pytest.raises(StackError, match="mongodb: download refused"):
        machine.fetch(machine.part("minio", run=long), machine.part("mongodb", run=fail), machine.part("go", "mongodb"))

    assert machine.fetched == []
    assert time.monotonic() - started < 10


def test_a_part_that_is_still_not_usable_is_an_error(machine: Machine) -> None:
    empty = Fetch("go", "gets go", lambda: False, lambda _: None)

    with pytest.raises(StackError, match="go: fetched, but still not usable"):
        machine.fetch(empty)


def test_a_failed_command_is_told_with_its_last_error_and_its_log(machine: Machine) -> None:
    refused = machine.part("python", run=lambda tools: tools.runner.run(["sh", "-c", "echo ERROR: refused; exit 3"]))

    with pytest.raises(StackError, match=r"python: sh .* failed \(3\): ERROR: refused - see .*fetch-python\.log"):
        machine.fetch(refused)


def test_waiting_for_a_need_is_told(machine: Machine) -> None:
    slow = machine.part("venv", run=lambda _: time.sleep(0.2))

    machine.fetch(slow, machine.part("go", "venv"))

    assert "waits for venv" in machine.printed.getvalue()


def test_parts_that_need_each_other_are_a_defect(machine: Machine) -> None:
    with pytest.raises(ValueError, match="need each other"):
        machine.fetch(machine.part("a", "b"), machine.part("b", "a"))


def test_being_asked_to_stop_is_no_failure_of_a_part() -> None:
    assert InterruptedStackError().exit_code == 130
