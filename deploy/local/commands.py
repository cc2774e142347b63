"""Runs a fetching command with its output in a log, so that it can be stopped at any moment."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.errors import InterruptedStackError, StackError

GRACE_SECONDS = 10
#: npm ends every failure with it.
NO_WORD = "A complete log of this run"


class CommandRunner:
    """Runs one part's commands one after another; `cancelled` ends the running one and its children."""

    def __init__(self, part: str, log: Path, cancelled: threading.Event) -> None:
        self._part, self._log, self._cancelled = part, log, cancelled

    def run(self, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> None:
        """Run it to its end.

        Raises:
            StackError: the command ended with an error or could not be started.
            InterruptedStackError: cancelled.
        """
        words = [str(word) for word in command]
        with self._log.open("ab") as log:
            log.write(f"$ {' '.join(words)}\n".encode())
            log.flush()
            try:
                process = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
                )
            except OSError as error:
                raise StackError(f"{self._part}: cannot run {words[0]}: {error.strerror}") from error
            code = self._wait(process)
        if code:
            raise StackError(
                f"{self._part}: {_short(words)} failed ({code}): {last_words(self._log)} - see {self._log}"
            )

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(0.2)
            if self._cancelled.is_set():
                end_group(process, GRACE_SECONDS)
                raise InterruptedStackError


def end_group(process: subprocess.Popen[bytes], grace_seconds: float) -> None:
    """SIGTERM to the process and its group, SIGKILL to what is left after the grace."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(grace_seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_words(log: Path) -> str:
    """The line of a log that tells most: the last one with an error in it, else the last one."""
    with suppress(OSError):
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-40:] if line.strip()]
        errors = [
            line for line in lines if line.lower().startswith(("error", "e:", "npm error")) and NO_WORD not in line
        ]
        return (errors or lines or [""])[-1][:300]
    return ""


def _short(words: list[str]) -> str:
    return " ".join(Path(word).name if word.startswith("/") else word for word in words[:4])
