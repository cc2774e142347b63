"""The one owner of work that nobody waits for, each piece with a deadline; and of tasks as long as a block."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from photochanger.observability import Telemetry


class Background:
    """Runs fire-and-forget work; leaving the block waits `close_seconds` for what still runs, then cancels it."""

    def __init__(self, telemetry: Telemetry, *, close_seconds: float = 5.0) -> None:
        self.telemetry = telemetry
        self._close_seconds = close_seconds
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = False

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._is_open = True
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_open = False
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._close_seconds)
        finally:
            for task in self._tasks:
                task.cancel()
                self.telemetry.swallow(task.get_name(), TimeoutError("cancelled: the process ends"))
            await self._group.__aexit__(None, None, None)

    def start(self, work: Coroutine[object, object, object], *, name: str, timeout_seconds: float) -> None:
        """Starts the work; its error, also running out of time, is logged and counted under `name`."""
        if not self._is_open:
            work.close()
            self.telemetry.swallow(name, RuntimeError("background work after closing"))
            return
        task = self._group.create_task(self._run(work, name, timeout_seconds), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[object, object, object], name: str, timeout_seconds: float) -> None:
        try:
            async with asyncio.timeout(timeout_seconds):
                await work
        except Exception as error:  # noqa: BLE001 - the outermost edge: nobody waits, so it is logged and counted
            self.telemetry.swallow(name, error)


@asynccontextmanager
async def running(work: Coroutine[object, object, object], *, name: str) -> AsyncIterator[None]:
    """Runs the work beside the block and cancels it at the block's end; an error in it ends the block.

    Errors of the block itself come out unwrapped.
    """
    group = asyncio.TaskGroup()
    await group.__aenter__()
    task = group.create_task(_as_task(work), name=name)
    try:
        yield
    finally:
        task.cancel()
        await group.__aexit__(None, None, None)


async def _as_task(work: Coroutine[object, object, object]) -> None:
    await work
