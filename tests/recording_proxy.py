"""A way to a server that remembers every byte that went through it, in either direction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field

from tests.held_connections import held_connections


@dataclass
class Recording:
    port: int = 0
    streams: list[bytearray] = field(default_factory=list)

    @property
    def everything(self) -> bytes:
        return b"\n".join(bytes(stream) for stream in self.streams)


@asynccontextmanager
async def recording_proxy(host: str, port: int) -> AsyncIterator[Recording]:
    """Listens on a port of its own until the block ends."""
    recording = Recording()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recording.streams.append(stream := bytearray())
        with suppress(ConnectionError):
            while data := await reader.read(2**16):
                stream.extend(data)
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionRefusedError):
            there_reader, there = await asyncio.open_connection(host, port)
            with closing(there):
                async with asyncio.TaskGroup() as group:
                    group.create_task(pump(reader, there))
                    group.create_task(pump(there_reader, writer))

    async with held_connections(serve) as recording.port:
        yield recording
