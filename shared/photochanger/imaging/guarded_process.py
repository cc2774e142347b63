"""One replaceable process in which untrusted pictures are decoded."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from photochanger.imaging.decoder_process import DecoderProcess, ProcessLost
from photochanger.imaging.errors import PictureError, UnreadablePicture

TASK_SECONDS = 5.0
_ATTEMPTS = 2

P = ParamSpec("P")
T = TypeVar("T")


class GuardedProcess:
    """Runs one function at a time in a process with bounded memory and time, started at the first use.

    A process that dies, hangs or is no longer wanted is killed, and the next call starts another.
    """

    def __init__(self, task_seconds: float = TASK_SECONDS) -> None:
        self._task_seconds = task_seconds
        self._process: DecoderProcess | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a module-level function there; the call is tried again once when the process is lost.

        Raises:
            UnreadablePicture: out of time, out of memory (768 MiB), or the process died twice.
        """
        for _ in range(_ATTEMPTS):
            try:
                return await self._run_once(function, *args, **kwargs)
            except ProcessLost:
                continue
        raise UnreadablePicture("the decoder died of this picture")

    async def _run_once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        process = await self._fit_process()
        try:
            return await process.call(function, *args, **kwargs)
        except PictureError:
            raise
        except BaseException as error:  # lost, hung, cancelled or a defect: this process is not used again
            await self.close()
            if isinstance(error, TimeoutError):
                raise UnreadablePicture("the picture takes too much time to decode") from error
            if isinstance(error, MemoryError):
                raise UnreadablePicture("the picture takes too much memory to decode") from error
            raise

    async def _fit_process(self) -> DecoderProcess:
        if self._process is not None and not self._process.is_fit:
            await self.close()
        if self._process is None:
            self._process = await DecoderProcess.start(self._task_seconds)
        return self._process

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            await process.kill()
