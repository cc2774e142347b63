"""One stack a home: the lock and the pid of the supervisor that runs there."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import StackError


def pid_file(home: Path) -> Path:
    return home / "supervisor.pid"


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold the home; the kernel lets go of it when this process ends, however it ends.

    Raises:
        StackError: another supervisor runs here.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with pid_file(home).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StackError(
                f"already running on {home} (pid {read_pid(home)}); "
                "`make stop` ends it, PHOTOCHANGER_HOME chooses another place"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def read_pid(home: Path) -> int | None:
    """The pid in the file; only meaningful while the lock is held."""
    try:
        return int(pid_file(home).read_text())
    except (OSError, ValueError):
        return None


def is_held(home: Path) -> bool:
    if not pid_file(home).exists():
        return False
    with pid_file(home).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
