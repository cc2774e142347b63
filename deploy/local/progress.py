"""Tells a person what happens: a line when a part begins and ends, and signs of life in between."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

QUIET_SECONDS = 2.0
LONGEST_QUIET_SECONDS = 16.0
WHEEL = "|/-\\"


class Progress:
    """Lines about parts that take time; every method may be called from any thread."""

    def __init__(self, out: TextIO = sys.stdout, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._is_terminal = out.isatty()
        self._started = clock() - process_age_seconds()
        self._lock = threading.RLock()
        self._running: dict[str, tuple[str, float]] = {}
        self._last_line, self._quiet = clock(), QUIET_SECONDS
        self._ended = threading.Event()
        self._beat = threading.Thread(target=self._beat_until_ended, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._beat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._beat.join()
        with self._lock:
            self._clear_status()

    def say(self, text: str) -> None:
        with self._lock:
            self._clear_status()
            self._write(f"[{self.seconds:6.1f} s] {text}\n")
            self._last_line, self._quiet = self._clock(), QUIET_SECONDS

    def begin(self, name: str, doing: str) -> None:
        with self._lock:
            self._running[name] = (doing, self._clock())
            self.say(f"{name:<16} {doing}")

    def change(self, name: str, doing: str) -> None:
        """The part goes on with something else, or waits for something; its time runs on."""
        with self._lock:
            _, since = self._running.get(name, ("", self._clock()))
            self._running[name] = (doing, since)
            self.say(f"{name:<16} {doing}")

    def end(self, name: str, note: str) -> None:
        with self._lock:
            _, since = self._running.pop(name, ("", self._clock()))
            self.say(f"{name:<16} {note} ({self._clock() - since:.1f} s)")

    @contextmanager
    def part(self, name: str, doing: str, done: str = "ready") -> Iterator[None]:
        """Says begin and end around a block; after an error it only forgets the part."""
        self.begin(name, doing)
        try:
            yield
        except BaseException:
            with self._lock:
                self._running.pop(name, None)
            raise
        self.end(name, done)

    @property
    def seconds(self) -> float:
        """Since this process began, whatever program it was then."""
        return self._clock() - self._started

    def _beat_until_ended(self) -> None:
        while not self._ended.wait(0.25):
            with self._lock:
                if not self._running:
                    continue
                if self._is_terminal:
                    self._draw_status()
                elif self._clock() - self._last_line >= self._quiet:
                    quiet = min(self._quiet * 2, LONGEST_QUIET_SECONDS)
                    self.say(f"... {self._status()}")
                    self._quiet = quiet

    def _status(self) -> str:
        now = self._clock()
        return " · ".join(f"{name}: {doing}, {now - since:.0f} s" for name, (doing, since) in self._running.items())

    def _draw_status(self) -> None:
        sign = WHEEL[int(self._clock() * 4) % len(WHEEL)]
        self._write(f"\r\x1b[K{sign} {self._status()[:110]}")

    def _clear_status(self) -> None:
        if self._is_terminal:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the terminal may be gone; the stack runs on
            self._out.write(text)
            self._out.flush()


def process_age_seconds() -> float:
    """How long this pid has lived; an exec does not make it younger."""
    start_ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - start_ticks / os.sysconf("SC_CLK_TCK")
