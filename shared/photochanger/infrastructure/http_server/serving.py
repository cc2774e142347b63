"""Serves an aiohttp application: bounded heads, known first bytes, a drain that lets uploads finish."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_request import BaseRequest

from photochanger.infrastructure.http_server.connection import Connection, Limits
from photochanger.infrastructure.http_server.running_requests import RunningRequests

BACKLOG = 1024
MAX_DESCRIPTORS = 65_536
#: Before and after the listener closes: what the kernel has connected is accepted, not reset.
_ACCEPT_SECONDS = 0.05
#: After the drain; aiohttp spends it twice on what still runs.
_CLOSE_SECONDS = 0.5
_STARTED = web.RequestKey("photochanger_started", float)


def request_started(request: web.Request) -> float:
    """When the request's first byte came, in `time.monotonic()` seconds."""
    return request[_STARTED]


async def answer_expectation_by_hand(_request: web.Request) -> None:
    """The `expect_handler` of a route that calls `send_continue` itself, once it wants the body."""


async def send_continue(request: web.Request) -> None:
    """Tells a client that asked with `Expect: 100-continue` to send its body; does nothing for others."""
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@asynccontextmanager
async def http_server(
    app: web.Application, host: str, port: int, *, drain_seconds: float, limits: Limits | None = None
) -> AsyncIterator[int]:
    """Serves until the block ends and gives the port (0 takes a free one).

    At the end it takes no new connection, waits up to `drain_seconds` for the requests of those it has, also for ones
    that are about to begin, and closes. A handler is not cancelled when its client hangs up.

    Raises:
        OSError: the port is taken.
    """
    _allow_many_connections()
    app.on_response_prepare.append(_without_server_header)
    runner = web.AppRunner(app, shutdown_timeout=_CLOSE_SECONDS)
    await runner.setup()
    try:
        site = _Site(cast("web.Server", runner.server), limits or Limits())
        listener = await asyncio.get_running_loop().create_server(site.connect, host, port, backlog=BACKLOG)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            await asyncio.sleep(_ACCEPT_SECONDS)
            listener.close()
            await asyncio.sleep(_ACCEPT_SECONDS)
            await site.drain(drain_seconds)
    finally:
        await runner.cleanup()


class _Site:
    """What the connections of one listener share."""

    def __init__(self, server: web.Server, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._running = RunningRequests()
        self._is_draining = False
        self._handle = server.request_handler
        self._make_request = server.request_factory
        server.request_handler = self._counted
        server.request_factory = self._stamped

    def connect(self) -> Connection:
        return Connection(self._server, self._running, loop=asyncio.get_running_loop(), limits=self._limits)

    async def drain(self, seconds: float) -> None:
        """Closes connections that are only kept alive, then waits for the requests of the others."""
        self._is_draining = True
        for connection in self._server.connections:
            if cast("Connection", connection).is_between_requests:
                connection.force_close()
        await self._running.wait_for_none(seconds)

    def _stamped(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> BaseRequest:
        request = self._make_request(message, payload, protocol, writer, task)
        request[_STARTED] = cast("Connection", protocol).take_first_byte_time()
        return request

    async def _counted(self, request: BaseRequest) -> web.StreamResponse:
        with self._running.one_more():
            cast("Connection", request.protocol).request_is_running()
            response = await self._handle(request)
        if self._is_draining:
            response.force_close()
        return response


async def _without_server_header(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall(hdrs.SERVER, None)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MAX_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets, from now on and instead of ending the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
