"""A slow network between the browser and the UI: what travels waits as its packets would.

Each connection is made anew in one round trip, begins with ten packets at once and doubles with each round trip (TCP's
slow start, RFC 6928); all of them share the line. Nothing is lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: Lighthouse's and WebPageTest's "Fast 3G": bits a second each way, a round trip in seconds
#: (https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md).
DOWN_BITS, UP_BITS, ROUND_TRIP = 1_600_000, 750_000, 0.150
PACKET = 1_460
FIRST_WINDOW = 10 * PACKET


@dataclass
class _Line:
    """One direction of the line that all connections share."""

    bits_per_second: float
    free_at: float = 0.0

    def sent_at(self, size: int) -> float:
        """Say when so many bytes have left, after all that was given before them."""
        begins = max(self.free_at, asyncio.get_running_loop().time())
        self.free_at = begins + size * 8 / self.bits_per_second
        return self.free_at


@dataclass
class _Way:
    """One direction of a connection."""

    line: _Line
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    window: int = FIRST_WINDOW
    on_the_way: int = 0
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self) -> None:
        """Carry everything to the end of the stream."""
        arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._deliver(arrivals))
            while data := await self.reader.read(PACKET):
                while self.on_the_way + len(data) > self.window:
                    self.acknowledged.clear()
                    await self.acknowledged.wait()
                self.on_the_way += len(data)
                await arrivals.put((self.line.sent_at(len(data)) + ROUND_TRIP / 2, data))
            await arrivals.put((asyncio.get_running_loop().time() + ROUND_TRIP / 2, b""))

    async def _deliver(self, arrivals: asyncio.Queue[tuple[float, bytes]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            arrives_at, data = await arrivals.get()
            await asyncio.sleep(arrives_at - loop.time())
            if not data:
                self.writer.close()
                return
            if self.writer.is_closing():
                raise ConnectionResetError("nobody reads any more")
            self.writer.write(data)
            loop.call_later(ROUND_TRIP / 2, self._acknowledge, len(data))

    def _acknowledge(self, size: int) -> None:
        self.on_the_way -= size
        self.window += size
        self.acknowledged.set()


@asynccontextmanager
async def slow_network(url: str) -> AsyncIterator[str]:
    """Give the address at which `url` is reached over it."""
    down, up = _Line(DOWN_BITS), _Line(UP_BITS)
    target = urlsplit(url)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.sleep(ROUND_TRIP)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_Way(up, reader, to_server).carry())
                tasks.create_task(_Way(down, from_server, writer).carry())
        except* ConnectionError:
            # the browser has closed its window
            pass
        finally:
            writer.close()
            to_server.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
