"""A drive for MinIO that can be filled: a small file system in memory, seen by its process alone."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.part import Part
from tests.servers import DIES_WITH_US

if TYPE_CHECKING:
    from tests.chaos.run import Run

SIZE = "512m"
_MOUNTED = f'mount -t tmpfs -o size={SIZE},mode=700 none "$0" && exec "$@"'


def on_a_small_drive(part: Part, folder: Path) -> Part:
    """Give the part `folder` as a file system of its own, which ends with its process: it must not be killed."""
    as_root = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    mounting = ("unshare", *as_root, "--mount", "sh", "-c", _MOUNTED, str(folder))
    return replace(part, command=(*mounting, *DIES_WITH_US, *part.command))


@asynccontextmanager
async def full_drive(run: "Run", _dice: random.Random) -> AsyncIterator[None]:
    """Fill what is free; free it again at the end."""
    stack = run.stack
    ballast = Path(f"/proc/{stack.pid('minio')}/root{stack.store_folder}") / "ballast"
    try:
        await asyncio.to_thread(_fill, ballast)
        yield
    finally:
        ballast.unlink(missing_ok=True)


def _fill(ballast: Path) -> None:
    """Take what is free until nothing is; MinIO writes meanwhile."""
    size = 0
    with ballast.open("wb") as file:
        while free := _free(file.fileno()):
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), size, free)
                size += free


def _free(descriptor: int) -> int:
    drive = os.fstatvfs(descriptor)
    return drive.f_bavail * drive.f_bsize
