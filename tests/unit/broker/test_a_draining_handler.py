"""What a process that stops does with a message that it has and has not begun."""

import asyncio

from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage
from photochanger.topology import provider_queue
from tests.fakes import FakeBroker

QUEUE = provider_queue("test")


async def test_it_goes_back_to_the_queue_at_once_and_is_not_handled() -> None:
    handled: list[Delivery] = []

    async def handle(delivery: Delivery) -> None:
        handled.append(delivery)

    async with FakeBroker() as broker:
        broker.consume_raw(QUEUE, handle, concurrency=1)
        await broker.publish(OutgoingMessage(QUEUE.exchange, QUEUE.name, b"{}"))
        await asyncio.sleep(0)  # delivered, its handler not yet begun

        assert await broker.drain(1) == 0

        assert handled == []
        assert broker.waiting(QUEUE) == 1
