"""How long queues are and who consumes them, asked of the broker without taking a message from any."""

from collections.abc import Iterable
from dataclasses import dataclass

from aio_pika.exceptions import ChannelClosed

from photochanger.infrastructure.broker_connection import BrokerUnavailable, LiveConnection


@dataclass(frozen=True)
class QueueDepth:
    """`ready` are messages that no consumer holds."""

    ready: int
    consumers: int


async def queue_depths(connection: LiveConnection | None, names: Iterable[str]) -> dict[str, QueueDepth]:
    """Declare each queue passively, which needs no right of its own; one that does not exist is missing.

    Raises:
        BrokerUnavailable: no answer.
    """
    if connection is None or connection.is_lost:
        raise BrokerUnavailable("no connection")
    found: dict[str, QueueDepth] = {}
    channel = await connection.open_channel(confirms=False)
    for name in names:
        if channel.is_closed:
            channel = await connection.open_channel(confirms=False)
        async with connection.operation():
            try:
                queue = await channel.declare_queue(name, passive=True)
            except ChannelClosed:
                # so the broker says that there is no such queue
                continue
        declared = queue.declaration_result
        found[name] = QueueDepth(declared.message_count or 0, declared.consumer_count or 0)
    await connection.close_channel(channel)
    return found
