"""Stand-ins for what is slow or far away; each passes the contract test of the real one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace, TracebackType
from typing import Self, cast

from aio_pika.abc import AbstractIncomingMessage
from opentelemetry import propagate

from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_connection import LiveConnection
from photochanger.infrastructure.broker_handler import Handle, MessageHandler
from photochanger.infrastructure.broker_messages import BrokerState, OutgoingMessage, PublishOutcome
from photochanger.observability import Telemetry
from photochanger.topology import DEAD_LETTERS, DELIVERY_LIMIT, Queue


class FakeBroker(Broker):
    """RabbitMQ in memory.

    `published` holds every message that a publish was tried with. The test sets what the next publishes answer
    (`outcomes`), whether there is a connection (`is_connected`), whether it is blocked (`is_blocked`), and loses the
    connection (`lose_connection`): what handlers hold is then delivered again, while they run on.
    """

    def __init__(self, *, pause: Callable[[int], float] = lambda _: 0.0) -> None:
        self.published: list[OutgoingMessage] = []
        self.outcomes: deque[PublishOutcome] = deque()
        #: Whether a publish that answers UNKNOWN by `outcomes` was nevertheless sent.
        self.unknown_is_sent = False
        self.is_connected = True
        self.is_blocked = False
        self.telemetry = Telemetry("fake")
        self._fake_pause = pause
        self._fake_tasks = asyncio.TaskGroup()
        self._queues: dict[str, _FakeQueue] = {}
        self._fake_handlers: list[MessageHandler] = []
        self._listeners: list[_Listener] = []

    async def __aenter__(self) -> Self:
        await self._fake_tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for handler in self._fake_handlers:
            handler.cancel()
        await self._fake_tasks.__aexit__(kind, error, traceback)

    def declare(self, queues: Iterable[Queue]) -> None:
        for queue in (DEAD_LETTERS, *queues):
            self._queues.setdefault(queue.name, _FakeQueue(queue, self._bury))

    async def publish(self, message: OutgoingMessage, *, timeout_seconds: float = 2.0) -> PublishOutcome:
        await asyncio.sleep(0)
        self.published.append(message)
        if not self.is_connected or self.is_blocked:
            return PublishOutcome.UNKNOWN
        if message.is_hint:
            self._route(message)
            return PublishOutcome.SENT
        outcome = self.outcomes.popleft() if self.outcomes else PublishOutcome.CONFIRMED
        is_sent = outcome is PublishOutcome.CONFIRMED or (outcome is PublishOutcome.UNKNOWN and self.unknown_is_sent)
        if is_sent and not self._route(message) and outcome is PublishOutcome.CONFIRMED:
            return PublishOutcome.UNROUTABLE
        return outcome

    def _route(self, message: OutgoingMessage) -> bool:
        queue = self._queues.get(message.routing_key)
        if queue is not None and message.exchange in {"", queue.queue.exchange}:
            headers: dict[str, str] = dict(message.headers)
            propagate.inject(headers)
            queue.put(_FakeMessage(message, {**headers}, queue))
            return True
        addresses = {(message.exchange, message.routing_key)}
        heard_by = [one for one in self._listeners if addresses & {("", one.name), one.binding}]
        for listener in heard_by:
            listener.heard(message.body)
        return bool(heard_by)

    def _bury(self, message: "_FakeMessage", reason: str) -> None:
        headers = {**message.headers, "x-first-death-reason": reason, "x-first-death-queue": message.queue.queue.name}
        headers.pop("x-delivery-count", None)
        dead = self._queues[DEAD_LETTERS.name]
        dead.put(_FakeMessage(message.sent, headers, dead, can_expire=False))

    def consume_raw(self, queue: Queue, handler: Handle, *, concurrency: int) -> None:
        self.declare([queue])
        handling = MessageHandler(
            queue.name,
            handler,
            concurrency=concurrency,
            tasks=self._fake_tasks,
            pause=self._fake_pause,
            telemetry=self.telemetry,
        )
        self._fake_handlers.append(handling)
        self._queues[queue.name].consume(handling, concurrency)

    def listen(
        self,
        label: str,
        *,
        new_name: Callable[[], str],
        opened: Callable[[str], None],
        heard: Callable[[bytes], None],
        binding: tuple[str, str] | None = None,
    ) -> None:
        listener = _Listener(new_name, opened, heard, binding)
        self._listeners.append(listener)
        listener.open()

    @property
    def state(self) -> BrokerState:
        missing = () if self.is_connected else ("publish connection",)
        return BrokerState(self.is_connected, self.is_blocked, missing)

    async def drain(self, seconds: float) -> int:
        for queue in self._queues.values():
            queue.handler = None
        return sum([await handler.drain(seconds) for handler in self._fake_handlers])

    def lose_connection(self) -> None:
        """The connection breaks and is back at once."""
        for queue in self._queues.values():
            queue.lose_channel()
        for listener in self._listeners:
            listener.open()

    def waiting(self, queue: Queue) -> int:
        """Messages in the queue that no consumer holds."""
        return len(self._queues[queue.name].waiting)


@dataclass
class _Listener:
    new_name: Callable[[], str]
    opened: Callable[[str], None]
    heard: Callable[[bytes], None]
    binding: tuple[str, str] | None
    name: str = ""

    def open(self) -> None:
        self.name = self.new_name()
        self.opened(self.name)


class _FakeConnection:
    """What a handler needs of the connection: calls that always succeed."""

    @asynccontextmanager
    async def operation(self) -> AsyncIterator[None]:
        yield

    def abort(self) -> None:
        raise AssertionError("a call failed that cannot fail")


@dataclass
class _FakeQueue:
    queue: Queue
    bury: Callable[["_FakeMessage", str], None]
    handler: MessageHandler | None = None
    prefetch: int = 0
    waiting: deque["_FakeMessage"] = field(default_factory=deque)
    held: list["_FakeMessage"] = field(default_factory=list)
    channel: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(is_closed=False))

    def consume(self, handler: MessageHandler, prefetch: int) -> None:
        self.handler, self.prefetch = handler, prefetch
        self.deliver_soon()

    def put(self, message: "_FakeMessage") -> None:
        self.waiting.append(message)
        if message.can_expire and message.sent.expiration_seconds is not None:
            asyncio.get_running_loop().call_later(message.sent.expiration_seconds, self._expire, message)
        self.deliver_soon()

    def deliver_soon(self) -> None:
        if self.handler is not None:
            asyncio.get_running_loop().call_soon(self._deliver)

    def _deliver(self) -> None:
        while self.handler is not None and self.waiting and len(self.held) < self.prefetch:
            message = self.waiting.popleft()
            message.channel = self.channel
            self.held.append(message)
            self.handler.on_message(cast("LiveConnection", _FakeConnection()), cast("AbstractIncomingMessage", message))

    def _expire(self, message: "_FakeMessage") -> None:
        if message in self.waiting:
            self.waiting.remove(message)
            self.bury(message, "expired")

    def release(self, message: "_FakeMessage") -> None:
        self.held.remove(message)
        self.deliver_soon()

    def give_back(self, message: "_FakeMessage") -> None:
        """A failed delivery: back to the front, or to the dead letters when there were too many."""
        failed = message.failed + 1
        if failed > DELIVERY_LIMIT:
            self.bury(message, "delivery_limit")
            return
        headers = {**message.headers, "x-delivery-count": failed}
        self.waiting.appendleft(_FakeMessage(message.sent, headers, self, failed=failed))
        self.deliver_soon()

    def lose_channel(self) -> None:
        self.channel.is_closed = True
        self.channel = SimpleNamespace(is_closed=False)
        held, self.held = self.held, []
        for message in reversed(held):
            self.give_back(message)


@dataclass(eq=False)
class _FakeMessage:
    """As aio-pika's incoming message."""

    sent: OutgoingMessage
    headers: dict[str, str | int]
    queue: _FakeQueue
    failed: int = 0
    can_expire: bool = True
    channel: SimpleNamespace = field(default_factory=SimpleNamespace)

    def __post_init__(self) -> None:
        self.body = self.sent.body
        self.correlation_id = self.sent.correlation_id
        self.reply_to = self.sent.reply_to
        self.redelivered = self.failed > 0

    async def ack(self) -> None:
        self.queue.release(self)

    async def reject(self, *, requeue: bool) -> None:
        self.queue.release(self)
        if requeue:
            self.queue.give_back(self)
        else:
            self.queue.bury(self, "rejected")
