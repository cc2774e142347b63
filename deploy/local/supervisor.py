"""Starts the parts in the order of their needs, keeps them running, ends them in the opposite order."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.backoff import Backoff
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.managed_process import ManagedProcess, how_it_ended
from deploy.local.part import Part
from deploy.local.progress import Progress

READY_SECONDS = 90
POLL_SECONDS = 0.05


class Supervisor:
    """Runs the parts of one stack; one thread watches each."""

    def __init__(self, parts: Sequence[Part], *, folder: Path, marker: str, progress: Progress) -> None:
        self.processes = {part.name: ManagedProcess(part, folder=folder, marker=marker) for part in parts}
        #: Called after a part was started again.
        self.on_restart: Callable[[], None] = lambda: None
        self._progress = progress
        self._stopping = threading.Event()
        self._ready = {part.name: threading.Event() for part in parts}
        self._first_error: StackError | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(process,), name=name, daemon=True)
            for name, process in self.processes.items()
        ]

    def start(self, is_asked_to_stop: Callable[[], bool]) -> None:
        """Start all parts in parallel, each once what it needs is ready; return when all are.

        Raises:
            StackError: a part cannot start.
            InterruptedStackError: asked to stop.
        """
        for thread in self._threads:
            thread.start()
        for event in self._ready.values():
            while not event.wait(POLL_SECONDS):
                if self._stopping.is_set() or is_asked_to_stop():
                    raise self._first_error or InterruptedStackError

    def stop(self, is_urgent: Callable[[], bool]) -> None:
        """End all parts, those that others need last; urgent means SIGKILL at once."""
        self._stopping.set()
        left = {name: process for name, process in self.processes.items() if process.is_running}
        while left:
            needed = {need for process in left.values() for need in process.part.needs}
            group = [process for name, process in left.items() if name not in needed]
            names = [process.part.name for process in group]
            with self._progress.part("stop", f"ends {', '.join(names)}", "done"):
                _end(group, is_urgent)
            left = {name: process for name, process in left.items() if name not in names}
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _run(self, process: ManagedProcess) -> None:
        part = process.part
        try:
            for need in part.needs:
                while not self._ready[need].wait(POLL_SECONDS):
                    if self._stopping.is_set():
                        return
            with self._progress.part(part.name, "starts"):
                process.start()
                process.wait_ready(READY_SECONDS, self._stopping)
        except StackError as error:
            self._first_error = self._first_error or error
            self._stopping.set()
            return
        self._ready[part.name].set()
        self._keep(process)

    def _keep(self, process: ManagedProcess) -> None:
        backoff, name = Backoff(), process.part.name
        while True:
            started = time.monotonic()
            code = process.wait()
            pause = backoff.after(time.monotonic() - started)
            if self._stopping.is_set():
                return
            self._progress.say(f"{name} {how_it_ended(code)}; starts again in {pause:.1f} s, log {process.log}")
            if self._stopping.wait(pause):
                return
            self._start_again(process)

    def _start_again(self, process: ManagedProcess) -> None:
        try:
            process.start()
            self.on_restart()
            process.wait_ready(READY_SECONDS, self._stopping)
        except StackError as error:
            if process.is_running and not self._stopping.is_set():
                self._progress.say(str(error))
        else:
            self._progress.say(f"{process.part.name} is ready again, pid {process.pid}")


def _end(processes: Sequence[ManagedProcess], is_urgent: Callable[[], bool]) -> None:
    for process in processes:
        process.terminate()
    started = time.monotonic()
    while running := [process for process in processes if process.is_running]:
        for process in running:
            if is_urgent() or time.monotonic() - started > process.part.grace_seconds:
                process.kill()
        time.sleep(POLL_SECONDS)
    for process in processes:
        process.kill()
