"""The façade over RabbitMQ: publish with an outcome, consume with a handler, say what is missing."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from pydantic import SecretStr

from photochanger.infrastructure.broker_connection import ConnectionSupervisor, LiveConnection
from photochanger.infrastructure.broker_consumer import Consumer
from photochanger.infrastructure.broker_handler import Handle, MessageHandler, requeue_pause
from photochanger.infrastructure.broker_messages import BrokerState, Delivery, OutgoingMessage, PublishOutcome
from photochanger.infrastructure.broker_publisher import Publisher
from photochanger.infrastructure.broker_subscription import Subscription
from photochanger.infrastructure.broker_topology import declare_topology
from photochanger.infrastructure.queue_depths import QueueDepth, queue_depths
from photochanger.messages import M, decode
from photochanger.observability import Telemetry
from photochanger.topology import Queue

PUBLISH_SECONDS = 2.0


class Broker:
    """One process's way to RabbitMQ: a connection to publish, another one to consume.

    An async context manager that does not wait for the server: both connections are kept up in the background.
    Handlers still running when it is left are cancelled and their messages delivered again; `drain` first.
    """

    def __init__(
        self,
        url: SecretStr,
        *,
        name: str,
        telemetry: Telemetry,
        pause: Callable[[int], float] = requeue_pause,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._telemetry = telemetry
        self._pause = pause
        self._declared: list[Queue] = []
        self._handlers: list[tuple[MessageHandler, Subscription]] = []
        self._tasks = asyncio.TaskGroup()
        self._supervisors: list[asyncio.Task[None]] = []
        self._publisher = Publisher(self._declared)
        self._consumer = Consumer(telemetry.metrics)
        self._publishing = ConnectionSupervisor(
            url,
            name=f"{name} publish",
            prepare=self._publisher.prepare,
            watch=self._publisher.watch,
            random=jitter,
            telemetry=telemetry,
        )
        self._consuming = ConnectionSupervisor(
            url,
            name=f"{name} consume",
            prepare=self._consumer.prepare,
            watch=self._consumer.watch,
            random=jitter,
            telemetry=telemetry,
        )

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        for supervisor in (self._publishing, self._consuming):
            self._supervisors.append(self._tasks.create_task(supervisor.run()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for handler, _ in self._handlers:
            handler.cancel()
        for supervisor in (self._publishing, self._consuming):
            supervisor.end()
        for task in self._supervisors:
            task.cancel()
        await self._tasks.__aexit__(kind, error, traceback)

    def declare(self, queues: Iterable[Queue]) -> None:
        """Queues to declare at every connect, so that a publish finds them before their consumer ever ran."""
        self._declared.extend(queues)

    async def publish(self, message: OutgoingMessage, *, timeout_seconds: float = PUBLISH_SECONDS) -> PublishOutcome:
        """Publishes a message with the current trace; never raises for the broker's sake.

        `UNKNOWN` comes at once while there is no connection or the broker takes no messages. A hint is `SENT` without
        waiting for the broker's word, also when no queue takes it.
        """
        outcome = await self._publisher.publish(message, timeout_seconds=timeout_seconds)
        self._telemetry.metrics.amqp_publishes.add(1, {"exchange": message.exchange or "default", "outcome": outcome})
        return outcome

    def consume(
        self,
        queue: Queue,
        message_type: type[M],
        handler: Callable[[M, Delivery], Awaitable[None]],
        *,
        concurrency: int,
    ) -> None:
        """Consumes `queue` until drained: at most `concurrency` handlers at once.

        A message is acknowledged when its handler returns. What cannot be read, or raises `RejectMessage`, goes to the
        dead letters; after any other exception it is delivered again. A message whose connection was lost is delivered
        again while its handler still runs.
        """

        async def handle(delivery: Delivery) -> None:
            await handler(decode(message_type, delivery.body), delivery)

        self.consume_raw(queue, handle, concurrency=concurrency)

    def consume_raw(self, queue: Queue, handler: Handle, *, concurrency: int) -> None:
        """As `consume`, without reading the body."""

        async def declare(connection: LiveConnection, channel: AbstractChannel) -> AbstractQueue:
            await declare_topology(connection, channel, [queue])
            return await channel.get_queue(queue.name, ensure=False)

        handling = MessageHandler(
            queue.name,
            handler,
            concurrency=concurrency,
            tasks=self._tasks,
            pause=self._pause,
            telemetry=self._telemetry,
        )
        subscription = Subscription(queue.name, declare=declare, on_message=handling.on_message, prefetch=concurrency)
        self._handlers.append((handling, subscription))
        self._consumer.add(subscription)

    def listen(
        self,
        label: str,
        *,
        new_name: Callable[[], str],
        opened: Callable[[str], None],
        heard: Callable[[bytes], None],
        binding: tuple[str, str] | None = None,
    ) -> None:
        """An exclusive queue of this process, under a new name whenever it is opened; at most once, no handler tasks.

        `opened` gets the name before the first message; `heard` gets each body and must not block. `binding` names an
        exchange and a routing key to hear as well.
        """

        async def declare(connection: LiveConnection, channel: AbstractChannel) -> AbstractQueue:
            async with connection.operation():
                queue = await channel.declare_queue(new_name(), exclusive=True, auto_delete=True)
            if binding is not None:
                await declare_topology(connection, channel, [])
                async with connection.operation():
                    await queue.bind(*binding)
            opened(queue.name)
            return queue

        def on_message(_: LiveConnection, message: AbstractIncomingMessage) -> None:
            heard(message.body)

        self._consumer.add(Subscription(label, declare=declare, on_message=on_message, no_ack=True))

    async def depths(self, names: Iterable[str]) -> dict[str, QueueDepth]:
        """Say how long these queues are; one that does not exist is missing.

        Raises:
            BrokerUnavailable: no answer.
        """
        return await queue_depths(self._publishing.current, names)

    @property
    def state(self) -> BrokerState:
        missing = self._consumer.missing()
        is_connected = self._publisher.is_connected
        return BrokerState(
            is_connected=is_connected,
            is_blocked=self._publisher.is_blocked,
            missing=missing if is_connected else ("publish connection", *missing),
        )

    async def readiness(self) -> str | None:
        """What is missing, or None; for `/health/ready`."""
        state = self.state
        if state.is_blocked:
            return "RabbitMQ takes no messages (memory or disk alarm)"
        return f"RabbitMQ: no {', '.join(state.missing)}" if state.missing else None

    async def drain(self, seconds: float) -> int:
        """Takes no more messages and waits for the handlers; how many still run after `seconds`."""
        for _, subscription in self._handlers:
            await subscription.stop(self._consuming.current)
        async with asyncio.TaskGroup() as tasks:
            waits = [tasks.create_task(handler.drain(seconds)) for handler, _ in self._handlers]
        return sum(wait.result() for wait in waits)
