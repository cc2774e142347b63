"""One HTTP connection with what aiohttp's lacks: time limits for heads and answers, refusals that can be read."""

import asyncio
from dataclasses import dataclass
from typing import cast

from aiohttp import web
from aiohttp.web_request import BaseRequest

from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.infrastructure.http_server.problems import problem_response
from photochanger.infrastructure.http_server.running_requests import RunningRequests
from photochanger.observability import get_logger

_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b"
)

log = get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """How long a connection may take, in seconds."""

    #: to the first byte, and from there to the end of the head
    head: float = 5.0
    #: to take an answer once it is being sent; a client that stops reading is cut off
    answer: float = 60.0
    #: between two requests
    keepalive: float = 75.0
    #: after a refusal, what the client still sends is read and dropped, so that it comes to read the answer
    linger: float = 10.0


class Connection(web.RequestHandler):
    """aiohttp's own protocol, extended at its public callbacks only; `_waiter` tells idle as aiohttp itself does."""

    __slots__ = ("_first_byte_at", "_head_timer", "_is_expecting", "_limits", "_running")

    def __init__(
        self,
        server: web.Server,
        running: RunningRequests,
        *,
        loop: asyncio.AbstractEventLoop,
        limits: Limits,
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=limits.keepalive,
            access_log=None,  # type: ignore[arg-type] # aiohttp checks for None; its annotation does not say so
            lingering_time=limits.linger,
            auto_decompress=False,
        )
        self._running = running
        self._limits = limits
        self._head_timer: asyncio.TimerHandle | None = None
        self._first_byte_at: float | None = None
        self._is_expecting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._expect_request()
        self._head_timer = self._loop.call_later(self._limits.head, self._head_is_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_head_timer()
        self.request_is_running()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if data and self._first_byte_at is None and self.is_idle:
            self._stop_head_timer()
            self._first_byte_at = self._loop.time()
            self._expect_request()
            self._head_timer = self._loop.call_later(self._limits.head, self._head_is_late)
        super().data_received(data)

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a request's head."""
        return self._waiter is not None and not self._waiter.done()

    @property
    def is_between_requests(self) -> bool:
        """Whether it is kept alive and nothing of its next request has come."""
        return self.is_idle and not self._is_expecting

    def request_is_running(self) -> None:
        """Say that the request that was on its way is counted by its handler now, or will not come."""
        if self._is_expecting:
            self._is_expecting = False
            self._running.end()

    def _expect_request(self) -> None:
        """A new connection, or a head that has begun: whoever drains waits for the request."""
        if not self._is_expecting:
            self._is_expecting = True
            self._running.begin()

    def take_first_byte_time(self) -> float:
        """When the request that starts now began to arrive (loop time); a pipelined one begins now."""
        self._stop_head_timer()
        started = self._loop.time() if self._first_byte_at is None else self._first_byte_at
        self._first_byte_at = None
        return started

    async def finish_response(
        self, request: BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Sends the answer; one that leaves body unread closes the connection, one nobody reads is cut off."""
        if not request.content.is_eof():
            resp.force_close()
        try:
            with self._running.one_more():
                async with asyncio.timeout(self._limits.answer):
                    return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            log.warning("answer_not_read", path=request.path, seconds=self._limits.answer, next="connection cut")
            if self.transport is not None:
                self.transport.abort()
            return resp, True

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what the client sent
    ) -> web.StreamResponse:
        """The answer to what no handler answered: 400 for no HTTP, else 500; never aiohttp's 504 for a TimeoutError."""
        if request.writer.output_size > 0:
            raise ConnectionResetError("the answer had begun") from exc
        if status == web.HTTPBadRequest.status_code:
            log.info("request_unreadable", remote=request.remote)
            response = problem_response(PROBLEMS[ProblemCode.INVALID_REQUEST], detail="This is no HTTP request.")
        else:
            log.error("request_crashed", path=request.path, exc_info=exc or True)
            response = problem_response(PROBLEMS[ProblemCode.INTERNAL], detail="The request could not be handled.")
        response.headers["Server"] = "photochanger"
        response.force_close()
        return response

    def _head_is_late(self) -> None:
        self._head_timer = None
        if not self.is_idle or self.transport is None:
            return
        if self._first_byte_at is not None:
            problem = problem_response(
                PROBLEMS[ProblemCode.UPLOAD_TOO_SLOW], detail="The request's head took too long."
            )
            body = cast("bytes", problem.body)
            self.transport.write(_TOO_SLOW % (len(body), body))
        self.force_close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
