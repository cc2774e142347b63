"""Keeps one consumer alive on the consuming connection."""

from collections.abc import Awaitable, Callable, Container

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelClosed

from photochanger.infrastructure.broker_connection import BrokerUnavailable, LiveConnection

#: Called inside the library: must return at once.
OnMessage = Callable[[LiveConnection, AbstractIncomingMessage], None]
Declare = Callable[[LiveConnection, AbstractChannel], Awaitable[AbstractQueue]]


class Subscription:
    """A consumer with a channel of its own, so that replacing it disturbs no other."""

    def __init__(
        self, label: str, *, declare: Declare, on_message: OnMessage, prefetch: int = 0, no_ack: bool = False
    ) -> None:
        #: The queue's name, or what the queue is for when its name changes.
        self.label = label
        self._declare = declare
        self._on_message = on_message
        self._prefetch = prefetch
        self._no_ack = no_ack
        self._channel: AbstractChannel | None = None
        self._queue: AbstractQueue | None = None
        self._tag = ""
        #: Set by `stop`: no consumer is wanted any more.
        self.is_stopped = False
        self.is_running = False

    async def start(self, connection: LiveConnection, *, on_close: Callable[[], None]) -> None:
        """Replaces the consumer by a new one; `on_close` is called when its channel goes.

        Raises:
            BrokerUnavailable: the queue or the connection is of no use now.
        """
        self.is_running = False
        if self._channel is not None:
            await connection.close_channel(self._channel)
        channel = await connection.open_channel(confirms=False)

        async def receive(message: AbstractIncomingMessage) -> None:
            self._on_message(connection, message)

        queue = await self._declare(connection, channel)
        async with connection.operation():
            await channel.set_qos(prefetch_count=self._prefetch)
            self._tag = await queue.consume(receive, no_ack=self._no_ack)
        channel.close_callbacks.add(lambda *_: on_close())
        self._channel, self._queue = channel, queue
        self.is_running = True

    async def look(self) -> bool:
        """Whether the library still has the consumer: it drops the tag silently when the broker cancels."""
        if self._channel is None or self._channel.is_closed:
            self.is_running = False
        else:
            self.is_running = self._tag in _consumers(await self._channel.get_underlay_channel())
        return self.is_running

    async def ask(self, connection: LiveConnection) -> bool:
        """Whether the broker has a consumer on the queue; a queue that is gone takes the consumer's channel with it.

        Raises:
            BrokerUnavailable: no answer.
        """
        if self._queue is None or self._channel is None:
            return False
        async with connection.operation():
            try:
                queue = await self._channel.declare_queue(self._queue.name, passive=True)
            except ChannelClosed:
                self.is_running = False
                return False
        self.is_running = bool(queue.declaration_result.consumer_count)
        return self.is_running

    async def stop(self, connection: LiveConnection | None) -> None:
        """Takes no more messages; those delivered can still be settled.

        A consumer that cannot be cancelled goes with its connection: what it is sent would be given back for ever.
        """
        self.is_stopped = True
        if connection is not None and self._queue is not None and await self.look():
            try:
                async with connection.operation():
                    await self._queue.cancel(self._tag)
            except BrokerUnavailable:
                connection.abort()
        self.is_running = False

    def forget(self) -> None:
        """The connection is gone, and the channel with it."""
        self._channel = self._queue = None
        self.is_running = False


def _consumers(channel: object) -> Container[str]:
    """The tags of a channel's consumers; aiormq's class has them, its abstract class does not declare them."""
    tags: Container[str] = getattr(channel, "consumers", ())
    return tags
