"""Runs a handler for each delivered message in a task of ours and settles the message afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum

from aio_pika.abc import AbstractIncomingMessage
from opentelemetry import context, propagate

from photochanger.infrastructure.broker_connection import BrokerUnavailable, LiveConnection
from photochanger.infrastructure.broker_messages import Delivery, RejectMessage
from photochanger.messages import UnreadableMessage
from photochanger.observability import Telemetry, get_logger

LONGEST_PAUSE_SECONDS = 5.0

log = get_logger(__name__)

Handle = Callable[[Delivery], Awaitable[None]]


class _Verdict(StrEnum):
    """What becomes of a message."""

    #: Handled.
    ACKED = "acked"
    #: To the dead letters.
    REJECTED = "rejected"
    #: Delivered again after a pause.
    REQUEUED = "requeued"
    #: Its channel was gone before we settled it: the broker delivers it again.
    LOST = "lost"


def requeue_pause(delivery_count: int) -> float:
    """Seconds before a message that failed goes back: 20 deliveries last longer than a restart of the database."""
    return min(LONGEST_PAUSE_SECONDS, 0.5 * 2.0 ** min(delivery_count, 10))


class MessageHandler:
    """At most `concurrency` handlers at once, whatever is redelivered; none inside the library's callback."""

    def __init__(
        self,
        queue: str,
        handle: Handle,
        *,
        concurrency: int,
        tasks: asyncio.TaskGroup,
        pause: Callable[[int], float],
        telemetry: Telemetry,
    ) -> None:
        self._queue = queue
        self._handle = handle
        self._slots = asyncio.Semaphore(concurrency)
        self._tasks = tasks
        self._pause = pause
        self._telemetry = telemetry
        self._draining = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def on_message(self, connection: LiveConnection, message: AbstractIncomingMessage) -> None:
        if self._draining.is_set():
            return
        task = self._tasks.create_task(self._process(connection, message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float) -> int:
        """Starts no more handlers, gives back what waits, waits for those that run; how many do after `seconds`."""
        self._draining.set()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        return len(self._running)

    def cancel(self) -> None:
        self._draining.set()
        for task in self._running:
            task.cancel()

    async def _process(self, connection: LiveConnection, message: AbstractIncomingMessage) -> None:
        async with self._slots:
            if _is_gone(message):
                return
            delivery = _delivery(self._queue, message)
            # what came with the end of the consumer is another process's now, not only when this one has gone
            verdict = _Verdict.REQUEUED if self._draining.is_set() else await self._run(delivery)
        if verdict is _Verdict.REQUEUED:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause(delivery.delivery_count)):
                    await self._draining.wait()
        settled = await _settle(connection, message, verdict)
        self._telemetry.metrics.amqp_deliveries.add(1, {"queue": self._queue, "outcome": settled})

    async def _run(self, delivery: Delivery) -> _Verdict:
        carrier = {key: value for key, value in delivery.headers.items() if isinstance(value, str)}
        token = context.attach(propagate.extract(carrier, context.Context()))
        try:
            await self._handle(delivery)
            return _Verdict.ACKED
        except (RejectMessage, UnreadableMessage) as error:
            log.warning("message_rejected", queue=self._queue, reason=str(error), next="dead letters")
            return _Verdict.REJECTED
        except Exception as error:  # noqa: BLE001  the loop's edge: the message goes back to its queue
            self._telemetry.swallow("message_handler", error, queue=self._queue, next="deliver again")
            return _Verdict.REQUEUED
        finally:
            context.detach(token)


def _is_gone(message: AbstractIncomingMessage) -> bool:
    try:
        return bool(message.channel.is_closed)
    except RuntimeError:
        return True


async def _settle(connection: LiveConnection, message: AbstractIncomingMessage, verdict: _Verdict) -> _Verdict:
    if _is_gone(message):
        return _Verdict.LOST
    try:
        async with connection.operation():
            if verdict is _Verdict.ACKED:
                await message.ack()
            else:
                # never nack: from RabbitMQ 4.3 on it does not count against the delivery limit
                await message.reject(requeue=verdict is _Verdict.REQUEUED)
    except BrokerUnavailable:
        # an unsettled message is delivered again only when its channel goes
        connection.abort()
        return _Verdict.LOST
    return verdict


def _delivery(queue: str, message: AbstractIncomingMessage) -> Delivery:
    failed = message.headers.get("x-delivery-count", 0)
    return Delivery(
        body=message.body,
        headers=message.headers,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        redelivered=bool(message.redelivered),
        delivery_count=failed if isinstance(failed, int) else 0,
        queue=queue,
    )
