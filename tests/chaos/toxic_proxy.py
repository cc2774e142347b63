"""A TCP proxy that spoils what passes: slow, frozen, cut, reset, refused. One per server, all in one event loop."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from socket import SO_LINGER, SOL_SOCKET

from deploy.local.part import LOOPBACK

CHUNK_BYTES = 64 * 1024
POLL_SECONDS = 0.02
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Toxic:
    """What is wrong with a line; the default is nothing."""

    #: added to each chunk, both ways
    latency_seconds: float = 0.0
    #: of each connection and direction; None: as fast as it goes
    bytes_per_second: float | None = None
    #: nothing passes, connections stay open
    is_frozen: bool = False
    #: the server's side alone is frozen: what clients send arrives, nothing comes back
    is_half_open: bool = False
    #: each connection is reset after so many bytes from the server; 0: at once
    reset_after_bytes: int | None = None
    #: the answer to whatever is sent, in place of the server's
    instead: bytes | None = None


HEALTHY = Toxic()


class ToxicProxy:
    """Listens on `port`, passes on to `target`; `toxic` may change at any time and holds for open connections too."""

    def __init__(self, port: int, target: int) -> None:
        self._port, self._target = port, target
        self.toxic = HEALTHY
        self._writers = set[asyncio.StreamWriter]()

    @property
    def connections(self) -> int:
        return len(self._writers)

    def reset_all(self) -> None:
        """Reset every open connection."""
        for writer in list(self._writers):
            _reset(writer)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ToxicProxy"]:
        server = await asyncio.start_server(self._connected, LOOPBACK, self._port, limit=CHUNK_BYTES)
        try:
            yield self
        finally:
            server.close()
            self.reset_all()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await asyncio.open_connection(LOOPBACK, self._target, limit=CHUNK_BYTES)
        except OSError:
            _reset(writer)
            return
        self._writers |= {writer, there}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, there, is_answer=False))
                group.create_task(self._pass_on(there_reader, writer, is_answer=True))
        except* _AnswerInstead as errors:
            writer.write(_answer_of(errors))
        except* OSError:
            _reset(writer)
        finally:
            self._writers -= {writer, there}
            for each in (writer, there):
                each.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        passed = 0
        while chunk := await reader.read(CHUNK_BYTES):
            if self.toxic.instead is not None and not is_answer:
                raise _AnswerInstead(self.toxic.instead)
            while self.toxic.is_frozen or (self.toxic.is_half_open and is_answer):
                await asyncio.sleep(POLL_SECONDS)
            toxic = self.toxic
            if is_answer and toxic.reset_after_bytes is not None and passed + len(chunk) > toxic.reset_after_bytes:
                writer.write(chunk[: toxic.reset_after_bytes - passed])
                raise ConnectionResetError
            await asyncio.sleep(toxic.latency_seconds + len(chunk) / (toxic.bytes_per_second or float("inf")))
            writer.write(chunk)
            await writer.drain()
            passed += len(chunk)
        with suppress(OSError):
            writer.write_eof()


class _AnswerInstead(Exception):
    """Ends a connection with an answer that is not the server's."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self.answer = answer


def _answer_of(errors: ExceptionGroup[_AnswerInstead]) -> bytes:
    return b"".join(error.answer for error in errors.exceptions if isinstance(error, _AnswerInstead))


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a peer that has died does."""
    socket = writer.get_extra_info("socket")
    if socket is not None:
        with suppress(OSError):
            socket.setsockopt(SOL_SOCKET, SO_LINGER, _RESET_AT_CLOSE)
    writer.transport.abort()
