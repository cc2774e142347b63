"""Declares exchanges and queues, always with the constants of `topology`."""

from collections.abc import Iterable

from aio_pika.abc import AbstractChannel, AbstractQueue

from photochanger.infrastructure.broker_connection import LiveConnection
from photochanger.topology import DEAD_LETTERS, EXCHANGE_TYPES, Queue


async def declare_topology(connection: LiveConnection, channel: AbstractChannel, queues: Iterable[Queue]) -> None:
    """Every exchange, the dead-letter queue (a quorum queue keeps dead letters until one takes them) and `queues`.

    Raises:
        BrokerUnavailable: also when one exists with other arguments.
    """
    for name, kind in EXCHANGE_TYPES.items():
        async with connection.operation():
            await channel.declare_exchange(name, kind, durable=True)
    for queue in {DEAD_LETTERS, *queues}:
        await _declare_queue(connection, channel, queue)


async def _declare_queue(connection: LiveConnection, channel: AbstractChannel, queue: Queue) -> AbstractQueue:
    async with connection.operation():
        declared = await channel.declare_queue(queue.name, durable=True, arguments=dict(queue.arguments))
        await declared.bind(queue.exchange, queue.name)
    return declared
