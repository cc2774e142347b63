"""One process that runs calls for this one, without a thread or a timer here: idle it costs nothing."""

import asyncio
import multiprocessing
import pickle  # noqa: TID251 - between a service and its own process
from collections.abc import Callable
from socket import socket, socketpair
from typing import ParamSpec, Self, TypeVar, cast

from photochanger.imaging.decoder_loop import ANSWER_LENGTH, serve_calls

#: A new process imports the image libraries first: 0.3 s, on a loaded machine many times that.
_START_SECONDS = 10.0
_MOST_CALLS = 500

P = ParamSpec("P")
T = TypeVar("T")


class ProcessLost(Exception):
    """The process ended or did not come up for a reason that need not be the picture."""


class DecoderProcess:
    """Shares nothing with it but a socket pair that nobody else has; a kill leaves nothing held.

    After any error but the call's own the two are out of step: `kill` is all that is left to do.
    """

    def __init__(self, task_seconds: float) -> None:
        self._task_seconds = task_seconds
        self._calls_left = _MOST_CALLS
        self._end, other_end = socketpair()
        self._end.setblocking(False)
        with other_end:
            self._process = multiprocessing.get_context("spawn").Process(
                target=serve_calls, args=(other_end, task_seconds), daemon=True
            )
            self._process.start()

    @classmethod
    async def start(cls, task_seconds: float) -> Self:
        """A process that is ready.

        Raises:
            ProcessLost: it did not come up in 10 s.
        """
        process = cls(task_seconds)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await process._receive()
        except BaseException as error:
            await process.kill()
            if isinstance(error, TimeoutError):
                raise ProcessLost from error
            raise
        return process

    @property
    def is_fit(self) -> bool:
        """It lives and has not made its 500 calls yet."""
        return self._calls_left > 0 and self._process.is_alive()

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the module-level function returns or raises there.

        Raises:
            ProcessLost: the process ended.
            TimeoutError: no answer in `task_seconds`.
        """
        pieces = _pickled_pieces((function, args, kwargs))
        self._calls_left -= 1
        async with asyncio.timeout(self._task_seconds):
            await self._send(pieces)
            value, error = pickle.loads(await self._receive())  # noqa: S301 - written by our own loop
        if error is not None:
            raise error
        return cast("T", value)

    async def kill(self) -> None:
        """End the process, whatever it is doing; return when it is gone."""
        self._end.close()
        self._process.kill()
        await asyncio.to_thread(self._process.join)

    async def _send(self, pieces: list[bytes]) -> None:
        loop = asyncio.get_running_loop()
        try:
            for piece in pieces:
                await loop.sock_sendall(self._end, piece)
        except ConnectionError as error:
            raise ProcessLost from error

    async def _receive(self) -> bytearray:
        (length,) = ANSWER_LENGTH.unpack(await _exactly(self._end, ANSWER_LENGTH.size))
        return await _exactly(self._end, length)


class _Pieces:
    """A file for `pickle`, which hands over long byte strings as they are: no copy of a photo is made."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.pieces.append(piece)


def _pickled_pieces(thing: object) -> list[bytes]:
    file = _Pieces()
    pickle.dump(thing, file, pickle.HIGHEST_PROTOCOL)
    return file.pieces


async def _exactly(end: socket, length: int) -> bytearray:
    loop = asyncio.get_running_loop()
    data = bytearray(length)
    view = memoryview(data)
    while view:
        try:
            received = await loop.sock_recv_into(end, view)
        except ConnectionError as error:
            raise ProcessLost from error
        if not received:
            raise ProcessLost
        view = view[received:]
    return data
