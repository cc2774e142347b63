"""A listener of which every connection has a task that is held, and ended with it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def held_connections(serve: Serve, port: int = 0) -> AsyncIterator[int]:
    """Serve on this port of this machine while the block runs, 0 takes a free one; gives the port.

    The server alone would let a connection's task be collected as garbage.
    """
    connections = set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(task := asyncio.get_running_loop().create_task(serve(reader, writer)))
        task.add_done_callback(connections.discard)
        # also when it is cancelled before its first step
        task.add_done_callback(lambda _: writer.close())

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        ending = tuple(connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
