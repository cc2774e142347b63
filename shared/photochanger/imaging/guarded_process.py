"""One replaceable process in which untrusted pictures are decoded."""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from photochanger.imaging.errors import PictureError, UnreadablePicture

TASK_SECONDS = 5.0
#: A new process imports the image libraries first: 0.3 s, on a loaded machine many times that.
_START_SECONDS = 10.0
_MEMORY_BYTES = 768 * 1024 * 1024
_TASKS_PER_PROCESS = 500
_ATTEMPTS = 2

P = ParamSpec("P")
T = TypeVar("T")


class _ProcessLost(Exception):
    """The process ended or stopped answering for a reason that need not be the picture."""


class GuardedProcess:
    """Runs one function at a time in a process with bounded memory and time, started at the first use.

    A process that dies, hangs or is no longer wanted takes its pool with it, so nothing it held can block the next.
    """

    def __init__(self, task_seconds: float = TASK_SECONDS) -> None:
        self._task_seconds = task_seconds
        self._pool: ProcessPool | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a module-level function there; the call is tried again once when the process is lost.

        Raises:
            UnreadablePicture: out of time, out of memory (768 MiB), or the process died twice.
        """
        for _ in range(_ATTEMPTS):
            try:
                return await self._run_once(function, *args, **kwargs)
            except _ProcessLost:
                continue
        raise UnreadablePicture("the decoder died of this picture")

    async def _run_once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        pool = await self._running_pool()
        scope = asyncio.timeout(self._task_seconds + _START_SECONDS)
        try:
            async with scope:
                return await asyncio.wrap_future(pool.schedule(function, args, kwargs, self._task_seconds))
        except PictureError:
            raise
        except BaseException as error:  # lost, hung, cancelled or a defect: this process is not used again
            await self.close()
            if scope.expired() or isinstance(error, (ProcessExpired, BrokenProcessPool)):
                raise _ProcessLost from error
            if isinstance(error, TimeoutError):
                raise UnreadablePicture("the picture takes too much time to decode") from error
            if isinstance(error, MemoryError):
                raise UnreadablePicture("the picture takes too much memory to decode") from error
            raise

    async def _running_pool(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:
            await self.close()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                max_tasks=_TASKS_PER_PROCESS,
                initializer=_enter_guard,
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_stop, pool)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
    pool.join()


def _enter_guard() -> None:
    from photochanger.imaging import pixels  # image libraries stay out of the service's own process

    pixels.configure_decoders()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's Python handler waits until C code returns
    used_pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = used_pages * resource.getpagesize() + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
