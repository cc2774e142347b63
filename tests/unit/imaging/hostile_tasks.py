"""What a hostile picture may make its decoder do; module-level, so that another process can import it."""

import hashlib
import os
import signal
from pathlib import Path

from photochanger.imaging.errors import UnreadablePicture


def own_process() -> int:
    return os.getpid()


def hang(started: Path) -> None:
    started.write_text(str(os.getpid()))
    hashlib.pbkdf2_hmac("sha256", b"", b"", 1 << 30)  # a minute in C code, deaf to Python's signal handlers


def die_once(marker: Path) -> str:
    if marker.exists():
        return "done"
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def take_memory() -> int:
    return len(bytearray(2 << 30))


def refuse() -> None:
    raise UnreadablePicture("broken")
