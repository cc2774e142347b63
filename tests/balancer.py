"""What stands before two gateways: each connection goes to the next one that takes it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress

from tests.held_connections import held_connections

PIECE_BYTES = 2**16


class Balancer:
    """Knows nothing of readiness: a gateway that refuses the connection is passed over."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._turn = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionRefusedError):
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
    async with held_connections(Balancer(backends).serve, port):
        yield
