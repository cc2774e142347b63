"""A way to a server that remembers every byte that went through it, in either direction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    recording, tasks = Recording(), set[asyncio.Task[None]]()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recording.streams.append(stream := bytearray())
        try:
            while data := await reader.read(2**16):
                stream.extend(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(host, port)
        for one in (pump(reader, there[1]), pump(there[0], writer)):
            task = asyncio.get_running_loop().create_task(one)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    recording.port = server.sockets[0].getsockname()[1]
    try:
        yield recording
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
