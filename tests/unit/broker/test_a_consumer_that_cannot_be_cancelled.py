"""A broker that does not answer to the end of a consumer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

from aio_pika.abc import AbstractChannel, AbstractQueue

from photochanger.infrastructure.broker_connection import BrokerUnavailable, LiveConnection
from photochanger.infrastructure.broker_subscription import Subscription

TAG = "consumer-1"


class DeafConnection:
    """Takes everything but the cancelling."""

    def __init__(self) -> None:
        self.is_deaf = self.is_aborted = False

    @asynccontextmanager
    async def operation(self) -> AsyncIterator[None]:
        if self.is_deaf:
            raise BrokerUnavailable("no answer")
        yield

    async def open_channel(self, *, confirms: bool) -> AbstractChannel:
        del confirms
        return cast("AbstractChannel", Channel())

    def abort(self) -> None:
        self.is_aborted = True


class Channel:
    def __init__(self) -> None:
        self.is_closed = False
        self.close_callbacks: set[object] = set()

    async def set_qos(self, *, prefetch_count: int) -> None:
        assert prefetch_count == 1

    async def get_underlay_channel(self) -> SimpleNamespace:
        return SimpleNamespace(consumers={TAG: None})


class Queue:
    async def consume(self, _callback: object, *, no_ack: bool) -> str:
        assert not no_ack
        return TAG


async def declare(_connection: LiveConnection, _channel: AbstractChannel) -> AbstractQueue:
    return cast("AbstractQueue", Queue())


async def test_it_goes_with_its_connection() -> None:
    deaf = DeafConnection()
    connection = cast("LiveConnection", deaf)
    subscription = Subscription("queue", declare=declare, on_message=lambda *_: None, prefetch=1)
    await subscription.start(connection, on_close=lambda: None)
    deaf.is_deaf = True

    await subscription.stop(connection)

    assert deaf.is_aborted
