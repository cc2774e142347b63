"""The folder that all checkouts share: complete entries only, one builder at a time."""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import InterruptedStackError, StackError

GIB, MIB = 1 << 30, 1 << 20


@contextmanager
def exclusive(lock: Path, *, cancelled: threading.Event, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file; `on_wait` is called once if another process holds it.

    Raises:
        InterruptedStackError: cancelled while waiting.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        if not _try_lock(file.fileno()):
            on_wait()
            while not _try_lock(file.fileno()):
                if cancelled.wait(0.2):
                    raise InterruptedStackError
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def new_entry(entry: Path) -> Iterator[Path]:
    """An empty folder beside the cache's entries that becomes `entry` when the block ends well, else goes away."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".building-{entry.name}-", dir=entry.parent))
    try:
        yield building
        building.chmod(0o755)
        shutil.rmtree(entry, ignore_errors=True)
        building.rename(entry)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def remove_abandoned(entry: Path) -> None:
    """What earlier, killed builders of this entry left; call it holding the entry's lock."""
    for folder in entry.parent.glob(f".building-{entry.name}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def require_space(folder: Path, needed_bytes: int, variable: str) -> None:
    """See that the folder can grow.

    Raises:
        StackError: no right to write there, or its disk has less free space.
    """
    place = folder
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        raise StackError(f"cannot write to {place}; {variable} chooses another folder")
    free = shutil.disk_usage(place).free
    if free < needed_bytes:
        raise StackError(
            f"only {free // MIB} MiB free for {folder}, {needed_bytes // MIB} MiB needed; "
            f"{variable} chooses another folder"
        )
