"""A way to a server that remembers every byte that went through it, in either direction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field


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
    recording, connections = Recording(), set[asyncio.Task[None]]()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recording.streams.append(stream := bytearray())
        with suppress(ConnectionError):
            while data := await reader.read(2**16):
                stream.extend(data)
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError), closing(writer):
            there_reader, there = await asyncio.open_connection(host, port)
            with closing(there):
                await asyncio.gather(pump(reader, there), pump(there_reader, writer))

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(task := asyncio.get_running_loop().create_task(serve(reader, writer)))
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    recording.port = server.sockets[0].getsockname()[1]
    try:
        yield recording
    finally:
        server.close()
        ending = tuple(connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
