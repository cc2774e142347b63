"""What stands before two gateways: each connection goes to the next one that takes it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress

PIECE_BYTES = 2**16


class Balancer:
    """Knows nothing of readiness: a gateway that refuses the connection is passed over."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turn = 0
        self._connections: set[asyncio.Task[None]] = set()

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the connection in a task that is held: the server alone would let it be collected as garbage."""
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def close(self) -> None:
        """End every connection and wait until it is gone."""
        ending = list(self._connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionRefusedError), closing(writer):
            backend_reader, backend_writer = await self._backend()
            with closing(backend_writer):
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pass_on(reader, backend_writer))
                    group.create_task(_pass_on(backend_reader, writer))

    async def _backend(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Give a connection to the gateway whose turn it is, or to the other one."""
        self._turn += 1
        for step in range(len(self._ports)):
            with suppress(ConnectionRefusedError):
                port = self._ports[(self._turn + step) % len(self._ports)]
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


@asynccontextmanager
async def balancing(port: int, backends: Sequence[int]) -> AsyncIterator[None]:
    """Listen on `port` while the block runs."""
    balancer = Balancer(backends)
    server = await asyncio.start_server(balancer.connected, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        await balancer.close()
