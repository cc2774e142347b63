"""One running process of the stack: started in its own session, logged, stopped with all it started."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.commands import last_words
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.part import Part

#: In the environment of everything the stack starts; the value tells stacks apart.
MARKER_VARIABLE = "PHOTOCHANGER_STACK"
LOG_BYTES = 20_000_000
POLL_SECONDS = 0.1


class ManagedProcess:
    """Starts, watches and ends the process of one part; may be started again after it ended."""

    def __init__(self, part: Part, *, folder: Path, marker: str) -> None:
        self.part = part
        self.log = folder / "logs" / f"{part.name}.log"
        self._folder, self._marker = folder, marker
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, wrapper: tuple[str, ...] = ()) -> None:
        """`wrapper` is a command that becomes the part's command.

        Raises:
            StackError: the program cannot be started.
        """
        self.part.prepare()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        rotate(self.log)
        with self.log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    [*wrapper, *self.part.command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._folder,
                    env={**self.part.env, MARKER_VARIABLE: self._marker},
                    start_new_session=True,
                )
            except OSError as error:
                raise StackError(f"{self.part.name}: cannot start {self.part.command[0]}: {error.strerror}") from error

    def wait(self) -> int:
        """Block until it has ended; its exit code, negative for a signal."""
        return self._process.wait() if self._process else 0

    def wait_ready(self, within_seconds: float, stopping: threading.Event) -> None:
        """Poll until the part is ready.

        Raises:
            StackError: it ended or is not ready in time.
            InterruptedStackError: `stopping` was set.
        """
        deadline = time.monotonic() + within_seconds
        while not self.part.is_ready():
            if self._process is not None and (code := self._process.poll()) is not None:
                raise StackError(f"{self.part.name} {how_it_ended(code)}: {last_words(self.log)} - see {self.log}")
            if time.monotonic() > deadline:
                raise StackError(f"{self.part.name} is not ready after {within_seconds:.0f} s - see {self.log}")
            if stopping.wait(POLL_SECONDS):
                raise InterruptedStackError

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the process and its group."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """SIGTERM, the part's grace, SIGKILL."""
        self.terminate()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.part.grace_seconds)
        self.kill()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


def rotate(log: Path) -> None:
    """Keep one earlier file of a log that has grown."""
    with suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
