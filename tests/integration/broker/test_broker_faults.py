"""RabbitMQ killed, frozen, out of memory, robbed of a queue: no publish hangs and everything comes back by itself."""

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import pytest
from pydantic import SecretStr

from photochanger.infrastructure import broker_consumer
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage, PublishOutcome
from photochanger.infrastructure.broker_subscription import Subscription
from photochanger.infrastructure.reply_queue import ReplyQueue
from photochanger.observability import Telemetry
from photochanger.topology import JOBS_EXCHANGE, Queue, provider_queue
from tests.eventually import eventually
from tests.servers import RunningRabbitmq

pytestmark = pytest.mark.timeout(120)

#: A quorum queue of RabbitMQ 3.10 that is younger than this when the broker is killed never finds a leader again.
QUEUE_SETTLES_SECONDS = 1.5


class Consuming:
    """A broker that publishes to and consumes from a queue of its own."""

    def __init__(self, broker: Broker, telemetry: Telemetry) -> None:
        self.broker = broker
        self.telemetry = telemetry
        self.queue: Queue = provider_queue(f"test-{uuid.uuid4().hex}")
        self.bodies: list[bytes] = []
        self.release = asyncio.Event()
        self.release.set()
        self.replies = ReplyQueue(broker)
        broker.consume_raw(self.queue, self.take, concurrency=4)

    async def take(self, delivery: Delivery) -> None:
        self.bodies.append(delivery.body)
        await self.release.wait()

    @property
    def subscription(self) -> Subscription:
        return next(s for s in self.broker._consumer._subscriptions if s.label == self.queue.name)

    @property
    def is_whole(self) -> bool:
        state = self.broker.state
        return state.is_connected and not state.is_blocked and not state.missing

    async def publish(self, body: bytes = b"{}") -> tuple[PublishOutcome, float]:
        """The outcome and the seconds it took."""
        started = time.monotonic()
        outcome = await self.broker.publish(OutgoingMessage(JOBS_EXCHANGE, self.queue.name, body))
        return outcome, time.monotonic() - started

    async def carries_a_message(self, *, seconds: float) -> float:
        """Seconds until a message was published and handled again."""
        started = time.monotonic()
        async with asyncio.timeout(seconds):
            body = uuid.uuid4().bytes
            while (await self.publish(body))[0] is not PublishOutcome.CONFIRMED:
                await asyncio.sleep(0.02)
            await eventually(lambda: body in self.bodies, seconds=seconds)
        return time.monotonic() - started


@asynccontextmanager
async def consuming(server: RunningRabbitmq) -> AsyncIterator[Consuming]:
    telemetry = Telemetry("faults")
    # the longest pauses that the jitter can give
    async with Broker(SecretStr(server.url), name="faults", telemetry=telemetry, jitter=lambda: 1.0) as broker:
        user = Consuming(broker, telemetry)
        await eventually(lambda: user.is_whole)
        yield user


async def test_a_service_may_start_before_its_broker(rabbitmq: RunningRabbitmq) -> None:
    await asyncio.to_thread(rabbitmq.stop)
    try:
        broker = Broker(SecretStr(rabbitmq.url), name="early", telemetry=Telemetry("early"))
        async with broker:
            user = Consuming(broker, Telemetry("early"))
            outcome, seconds = await user.publish()
            reason = await broker.readiness()

            await asyncio.to_thread(rabbitmq.start)

            await user.carries_a_message(seconds=6)
            assert (outcome, seconds < 1) == (PublishOutcome.UNKNOWN, True)
            assert reason == f"RabbitMQ: no publish connection, reply queue, {user.queue.name}"
    finally:
        rabbitmq.start()


async def test_a_killed_broker_is_noticed_at_once_and_used_again_when_it_is_back(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        await asyncio.sleep(QUEUE_SETTLES_SECONDS)
        publishes = [asyncio.ensure_future(user.publish()) for _ in range(50)]

        await asyncio.to_thread(rabbitmq.kill)
        await eventually(lambda: not user.broker.state.is_connected, seconds=1)
        interrupted = await asyncio.gather(*publishes)
        while_down = await user.publish()
        await asyncio.to_thread(rabbitmq.start)
        back = await user.carries_a_message(seconds=6)

        assert max(seconds for _, seconds in interrupted) < 2.5
        assert (while_down[0], while_down[1] < 1) == (PublishOutcome.UNKNOWN, True)
        assert back <= 5.5
        await eventually(lambda: user.is_whole)


async def test_a_channel_lost_to_a_hint_is_replaced_and_costs_no_message(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        hint = OutgoingMessage("", user.queue.name, b"hint", is_hint=True)

        misdirected = await user.broker.publish(OutgoingMessage("no such exchange", "", b"", is_hint=True))

        await user.carries_a_message(seconds=2)
        async with asyncio.timeout(5):
            while b"hint" not in user.bodies:
                await user.broker.publish(hint)
                await asyncio.sleep(0.1)
        assert misdirected is PublishOutcome.SENT


async def test_a_broker_out_of_memory_answers_unknown_fast_and_works_when_it_has_some(
    rabbitmq: RunningRabbitmq,
) -> None:
    async with consuming(rabbitmq) as user:
        channel = user.broker._publisher._channels
        await asyncio.to_thread(rabbitmq.ctl, "set_vm_memory_high_watermark", "0")
        try:
            first = await user.publish()
            is_blocked = user.broker.state.is_blocked
            reason = await user.broker.readiness()
            second = await user.publish()
        finally:
            await asyncio.to_thread(rabbitmq.ctl, "set_vm_memory_high_watermark", "0.4")

        back = await user.carries_a_message(seconds=5)
        assert (first[0], second[0], is_blocked) == (PublishOutcome.UNKNOWN, PublishOutcome.UNKNOWN, True)
        assert (first[1] < 2.5, second[1] < 0.1, back <= 3) == (True, True, True)
        assert reason == "RabbitMQ takes no messages (memory or disk alarm)"
        # a probe may have met the alarm first: then the publish was refused at once, and the channel is fine
        was_sent = first[1] > 0.1
        assert not was_sent or user.broker._publisher._channels is not channel


async def test_an_idle_service_notices_the_alarm_before_a_photo_comes(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        await asyncio.to_thread(rabbitmq.ctl, "set_vm_memory_high_watermark", "0")
        try:
            await eventually(lambda: user.broker.state.is_blocked, seconds=6)
        finally:
            await asyncio.to_thread(rabbitmq.ctl, "set_vm_memory_high_watermark", "0.4")
        await eventually(lambda: user.is_whole)


async def test_a_frozen_broker_is_left_and_found_again(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        rabbitmq.pause()
        try:
            outcome, seconds = await user.publish()
            await eventually(lambda: not user.broker.state.is_connected, seconds=6)
            while_frozen = await user.publish()
        finally:
            rabbitmq.resume()

        await user.carries_a_message(seconds=12)
        assert (outcome, seconds < 2.5) == (PublishOutcome.UNKNOWN, True)
        assert (while_frozen[0], while_frozen[1] < 0.1) == (PublishOutcome.UNKNOWN, True)


async def test_many_publishes_at_once_all_end_when_the_broker_freezes(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        rabbitmq.pause()
        try:
            results = await asyncio.gather(*(user.publish(b"x" * 60_000) for _ in range(300)))
        finally:
            rabbitmq.resume()

        await user.carries_a_message(seconds=12)
        assert {outcome for outcome, _ in results} == {PublishOutcome.UNKNOWN}
        assert max(seconds for _, seconds in results) < 3


async def test_a_deleted_queue_is_declared_and_consumed_again(
    rabbitmq: RunningRabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the library's own list is enough, which is looked at every second
    monkeypatch.setattr(broker_consumer, "LOOKS_PER_QUESTION", sys.maxsize)
    async with consuming(rabbitmq) as user:
        subscription = user.subscription
        assert subscription._channel is not None
        consumers, tag = vars(await subscription._channel.get_underlay_channel())["consumers"], subscription._tag
        await asyncio.to_thread(rabbitmq.ctl, "delete_queue", user.queue.name)
        await eventually(lambda: tag not in consumers or user.queue.name in user.broker.state.missing)
        noticed = await eventually(lambda: user.queue.name in user.broker.state.missing, seconds=8)

        await user.carries_a_message(seconds=5)

        assert noticed < 3
        assert b"amqp_consumers_lost_total{" in user.telemetry.render()


async def test_a_consumer_that_only_the_library_believes_in_is_replaced(
    rabbitmq: RunningRabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_consumer, "LOOK_SECONDS", 0.2)
    async with consuming(rabbitmq) as user:
        subscription = user.subscription
        assert subscription._queue is not None
        await subscription._queue.cancel(subscription._tag)
        assert subscription._channel is not None
        consumers: dict[str, object] = vars(await subscription._channel.get_underlay_channel())["consumers"]
        consumers[subscription._tag] = None

        await eventually(lambda: b"amqp_consumers_lost_total{" in user.telemetry.render())

        await user.carries_a_message(seconds=5)


async def test_a_channel_that_the_broker_closed_is_replaced_alone(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        name_before = user.replies.name
        channel = user.subscription._channel
        assert channel is not None
        nowhere = await channel.get_exchange("nowhere", ensure=False)

        await nowhere.publish(aio_pika.Message(b""), "")

        await eventually(lambda: b"amqp_consumers_lost_total{" in user.telemetry.render())
        await user.carries_a_message(seconds=5)
        assert user.replies.name == name_before


async def test_a_message_whose_channel_went_is_not_acknowledged_elsewhere(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        user.release.clear()
        await user.publish(b"held")
        await eventually(lambda: user.bodies == [b"held"])
        await asyncio.to_thread(rabbitmq.ctl, "close_all_connections", "test")

        await eventually(lambda: user.bodies == [b"held", b"held"], seconds=10)
        user.release.set()

        await eventually(lambda: b'outcome="lost"' in user.telemetry.render())
        await eventually(lambda: b'outcome="acked"' in user.telemetry.render())


async def test_a_draining_process_leaves_what_comes_to_the_others(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as draining, consuming(rabbitmq) as other:
        other.broker.consume_raw(draining.queue, other.take, concurrency=1)
        await eventually(lambda: other.is_whole)

        await draining.broker.drain(1)
        for _ in range(4):
            await draining.publish(b"late")

        await eventually(lambda: other.bodies == [b"late"] * 4)
        assert draining.bodies == []


async def test_a_full_queue_says_no(rabbitmq: RunningRabbitmq) -> None:
    limited = provider_queue(f"test-{uuid.uuid4().hex}")
    limited = Queue(limited.name, limited.exchange, {**limited.arguments, "x-max-length": 2})
    async with Broker(SecretStr(rabbitmq.url), name="full", telemetry=Telemetry("full")) as broker:
        broker.declare([limited])
        await eventually(lambda: broker.state.is_connected)

        outcomes = [await broker.publish(OutgoingMessage(JOBS_EXCHANGE, limited.name, b"{}")) for _ in range(5)]

        assert outcomes[0] is PublishOutcome.CONFIRMED
        assert outcomes[-1] is PublishOutcome.REJECTED


async def test_a_queue_of_another_shape_is_said_and_the_other_consumers_go_on(rabbitmq: RunningRabbitmq) -> None:
    odd = provider_queue(f"test-{uuid.uuid4().hex}")
    async with consuming(rabbitmq) as user:
        user.broker.declare([])
        user.broker.consume_raw(odd, user.take, concurrency=1)
        await eventually(lambda: user.is_whole)
        changed = Queue(odd.name, odd.exchange, {**odd.arguments, "x-max-length": 7})

        user.broker.consume_raw(changed, user.take, concurrency=1)
        await asyncio.sleep(0.5)

        await user.carries_a_message(seconds=5)
        assert user.broker.state.missing == (odd.name,)


async def test_a_publish_does_not_wait_for_the_confirm_of_another(rabbitmq: RunningRabbitmq) -> None:
    async with consuming(rabbitmq) as user:
        channels = user.broker._publisher._channels
        assert channels is not None
        confirmations: dict[int, object] = vars(await channels.confirmed.get_underlay_channel())["confirmations"]
        most = 0

        async with asyncio.TaskGroup() as tasks:
            publishes = [tasks.create_task(user.publish()) for _ in range(50)]
            while not all(publish.done() for publish in publishes):
                most = max(most, len(confirmations))
                await asyncio.sleep(0)

        assert most > 1


async def test_nothing_is_left_behind_when_a_broker_is_left(rabbitmq: RunningRabbitmq) -> None:
    before = asyncio.all_tasks()
    async with consuming(rabbitmq) as user:
        await user.carries_a_message(seconds=5)

    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() == before


async def test_a_broker_is_left_even_when_its_connections_break_in_the_same_moment(rabbitmq: RunningRabbitmq) -> None:
    async with asyncio.timeout(10):
        async with consuming(rabbitmq) as user:
            for supervisor in (user.broker._publishing, user.broker._consuming):
                connection = supervisor.current
                assert connection is not None
                connection._lost.set()
