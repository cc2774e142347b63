"""The supervisor with real processes: order, restart, errors, end."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.layout import read_layout
from deploy.local.leftovers import find_marked
from deploy.local.mongodb import MongodbPlace, mongodb_part
from deploy.local.part import Part, is_listening
from deploy.local.ports import free_port_block
from deploy.local.progress import Progress
from deploy.local.server_tools import find_server_tools
from deploy.local.supervisor import Supervisor

LISTEN = "import socket, sys, time; server = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
FAIL = "import sys; print('AMQP_URL: not an address'); sys.exit(78)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LISTEN


def never() -> bool:
    return False


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.05)


class Watched:
    """A supervisor with what it printed."""

    def __init__(self, folder: Path, parts: list[Part]) -> None:
        self.printed = StringIO()
        self.marker = f"test:{folder}"
        self.supervisor = Supervisor(parts, folder=folder, marker=self.marker, progress=Progress(self.printed))

    def pid(self, name: str) -> int:
        return self.supervisor.processes[name].pid


@contextmanager
def watched(folder: Path, *parts: Part) -> Iterator[Watched]:
    watch = Watched(folder, list(parts))
    try:
        yield watch
    finally:
        watch.supervisor.stop(lambda: True)


def listener(name: str, *, program: str = LISTEN, needs: tuple[str, ...] = ()) -> Part:
    port = free_port_block(1)
    command = (sys.executable, "-u", "-c", program, str(port))
    return Part(name, command, dict(os.environ), lambda: is_listening(port), needs=needs)


def test_a_killed_server_is_started_again_and_told_in_one_line(tmp_path: Path) -> None:
    place = MongodbPlace(tmp_path / "mongodb", "tests", "word", free_port_block(1))
    part = mongodb_part(place, find_server_tools(read_layout(os.environ)), environ=os.environ)
    with watched(tmp_path, part) as watch:
        restarted = threading.Event()
        watch.supervisor.on_restart = restarted.set
        watch.supervisor.start(never)
        first = watch.pid("mongodb")

        os.kill(first, signal.SIGKILL)

        assert restarted.wait(20)
        assert watch.pid("mongodb") != first
        wait_until(part.is_ready)
        told = [line for line in watch.printed.getvalue().splitlines() if "SIGKILL" in line]
        assert len(told) == 1
        assert "mongodb was ended by SIGKILL; starts again in 0.5 s" in told[0]


def test_a_part_starts_only_when_what_it_needs_is_ready(tmp_path: Path) -> None:
    server, service = listener("server"), listener("service", needs=("server",))
    ready_before_service: list[bool] = []
    service = replace(service, prepare=lambda: ready_before_service.append(server.is_ready()))

    with watched(tmp_path, service, server) as watch:
        watch.supervisor.start(never)

    assert ready_before_service == [True]


def test_what_is_needed_ends_after_what_needs_it(tmp_path: Path) -> None:
    server, service = listener("server"), listener("service", needs=("server",))
    with watched(tmp_path, service, server) as watch:
        watch.supervisor.start(never)

        watch.supervisor.stop(never)

        lines = watch.printed.getvalue()
        assert lines.index("ends service") < lines.index("ends server")
        assert find_marked(watch.marker) == []


def test_a_service_with_wrong_settings_stops_the_start_with_its_own_words(tmp_path: Path) -> None:
    with (
        watched(tmp_path, listener("server"), listener("service", program=FAIL, needs=("server",))) as watch,
        pytest.raises(StackError, match="service ended with exit code 78: AMQP_URL: not an address - see"),
    ):
        watch.supervisor.start(never)


def test_being_asked_to_stop_while_starting_is_obeyed_at_once(tmp_path: Path) -> None:
    started = time.monotonic()

    with (
        watched(tmp_path, listener("never-ready", program="import time; time.sleep(60)")) as watch,
        pytest.raises(InterruptedStackError),
    ):
        watch.supervisor.start(lambda: True)

    assert time.monotonic() - started < 5


def test_one_that_does_not_end_is_killed_after_its_grace(tmp_path: Path) -> None:
    part = replace(listener("stubborn", program=STUBBORN), grace_seconds=0.5)
    with watched(tmp_path, part) as watch:
        watch.supervisor.start(never)

        watch.supervisor.stop(never)

        assert not watch.supervisor.processes["stubborn"].is_running


def test_the_log_of_a_part_grows_over_restarts(tmp_path: Path) -> None:
    part = listener("chatty", program="print('started', flush=True); " + LISTEN)
    with watched(tmp_path, part) as watch:
        watch.supervisor.start(never)

        os.kill(watch.pid("chatty"), signal.SIGKILL)

        log = tmp_path / "logs" / "chatty.log"
        wait_until(lambda: log.read_text().count("started") == 2)
