"""The two brokers that keep the same promises: the fake in memory and the façade over a real RabbitMQ."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage
from photochanger.observability import Telemetry
from photochanger.topology import JOBS_EXCHANGE, Queue
from tests.eventually import eventually
from tests.fakes import FakeBroker


@dataclass(frozen=True)
class World:
    """A broker, and what the test does to it from outside."""

    broker: Broker
    lose_connection: Callable[[], None]

    async def ready(self) -> None:
        await eventually(lambda: self.broker.state.is_connected and not self.broker.state.missing)


OpenWorld = Callable[[], AbstractAsyncContextManager[World]]


@asynccontextmanager
async def fake_world() -> AsyncIterator[World]:
    async with FakeBroker() as broker:
        yield World(broker, broker.lose_connection)


def real_world(url: str) -> OpenWorld:
    @asynccontextmanager
    async def opened() -> AsyncIterator[World]:
        broker = Broker(
            SecretStr(url), name="contract", telemetry=Telemetry("contract"), pause=lambda _: 0.0, jitter=lambda: 0.5
        )

        def lose_connection() -> None:
            assert broker._consuming.current is not None
            broker._consuming.current.abort()

        async with broker:
            yield World(broker, lose_connection)

    return opened


class Inbox:
    """A handler that keeps what it gets."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    async def take(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)

    async def of_job(self, job_id: str) -> Delivery:
        await eventually(lambda: any(delivery.correlation_id == job_id for delivery in self.deliveries))
        return next(delivery for delivery in self.deliveries if delivery.correlation_id == job_id)


def message_for(queue: Queue, body: bytes = b"{}", job_id: str | None = None) -> OutgoingMessage:
    return OutgoingMessage(JOBS_EXCHANGE, queue.name, body, job_id)
