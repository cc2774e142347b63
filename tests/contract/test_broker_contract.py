"""What every broker promises: the fake in memory and the façade over a real RabbitMQ."""

import asyncio

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker_messages import (
    Delivery,
    OutgoingMessage,
    PublishOutcome,
    RejectMessage,
    outgoing,
    outgoing_event,
)
from photochanger.messages import MAX_MESSAGE_BYTES, JobEvent, PhotoSubmitted
from photochanger.topology import DEAD_LETTERS, DELIVERY_LIMIT, JOBS_EXCHANGE, Queue
from tests.broker_worlds import Inbox, OpenWorld, message_for
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(90)


async def test_a_published_message_arrives_as_it_was_sent(open_world: OpenWorld, queue: Queue, job_id: str) -> None:
    inbox = Inbox()
    async with open_world() as world:
        world.broker.consume_raw(queue, inbox.take, concurrency=2)
        await world.ready()

        outcome = await world.broker.publish(
            OutgoingMessage(JOBS_EXCHANGE, queue.name, b"body", job_id, "reply.somebody", headers={"kind": "photo"})
        )

        delivery = await inbox.of_job(job_id)
        assert outcome is PublishOutcome.CONFIRMED
        assert (delivery.body, delivery.reply_to, delivery.queue) == (b"body", "reply.somebody", queue.name)
        assert (delivery.headers["kind"], delivery.redelivered, delivery.delivery_count) == ("photo", False, 0)


async def test_a_typed_handler_gets_the_message(open_world: OpenWorld, queue: Queue, job_id: str) -> None:
    submitted: list[PhotoSubmitted] = []

    async def handler(message: PhotoSubmitted, _: Delivery) -> None:
        submitted.append(message)

    async with open_world() as world:
        world.broker.consume(queue, PhotoSubmitted, handler, concurrency=1)
        await world.ready()

        await world.broker.publish(outgoing(queue, PhotoSubmitted(job_id=job_id), job_id=job_id, left_ms=60_000))

        await eventually(lambda: submitted)
        assert submitted == [PhotoSubmitted(job_id=job_id)]


async def test_a_message_that_no_queue_takes_is_unroutable(open_world: OpenWorld, queue: Queue) -> None:
    async with open_world() as world:
        await world.ready()

        outcome = await world.broker.publish(message_for(queue))

        assert outcome is PublishOutcome.UNROUTABLE


async def test_an_event_that_nobody_listens_to_is_no_error(open_world: OpenWorld, job_id: str) -> None:
    event = JobEvent(job_id=job_id, slot_id="demo-edit", status=JobStatus.DONE)
    async with open_world() as world:
        await world.ready()

        outcome = await world.broker.publish(outgoing_event(event))

        assert outcome is PublishOutcome.SENT


async def test_a_declared_queue_keeps_messages_until_its_consumer_comes(
    open_world: OpenWorld, queue: Queue, job_id: str
) -> None:
    inbox = Inbox()
    async with open_world() as world:
        world.broker.declare([queue])
        await world.ready()
        outcome = await world.broker.publish(message_for(queue, b"early", job_id))

        world.broker.consume_raw(queue, inbox.take, concurrency=1)

        delivery = await inbox.of_job(job_id)
        assert (outcome, delivery.body) == (PublishOutcome.CONFIRMED, b"early")


async def test_a_message_is_acknowledged_when_its_handler_returns(open_world: OpenWorld, queue: Queue) -> None:
    inbox = Inbox()
    async with open_world() as world:
        world.broker.consume_raw(queue, inbox.take, concurrency=1)
        await world.ready()
        await world.broker.publish(message_for(queue, b"first"))
        await eventually(lambda: inbox.deliveries)
        await asyncio.sleep(0.1)

        world.lose_connection()
        await asyncio.sleep(0.1)
        await world.ready()
        await world.broker.publish(message_for(queue, b"second"))

        await eventually(lambda: inbox.deliveries[-1].body == b"second")
        assert [delivery.body for delivery in inbox.deliveries] == [b"first", b"second"]


async def test_a_message_whose_handler_failed_comes_again(open_world: OpenWorld, queue: Queue) -> None:
    tries = Inbox()

    async def fail_once(delivery: Delivery) -> None:
        await tries.take(delivery)
        if len(tries.deliveries) == 1:
            raise OSError("no database")

    async with open_world() as world:
        world.broker.consume_raw(queue, fail_once, concurrency=1)
        await world.ready()

        await world.broker.publish(message_for(queue))

        await eventually(lambda: len(tries.deliveries) == 2)
        assert [(d.redelivered, d.delivery_count) for d in tries.deliveries] == [(False, 0), (True, 1)]


async def test_a_rejected_message_goes_to_the_dead_letters(open_world: OpenWorld, queue: Queue, job_id: str) -> None:
    dead_letters = Inbox()

    async def refuse(_: Delivery) -> None:
        raise RejectMessage("never seen such a thing")

    async with open_world() as world:
        world.broker.consume_raw(queue, refuse, concurrency=1)
        world.broker.consume_raw(DEAD_LETTERS, dead_letters.take, concurrency=10)
        await world.ready()

        await world.broker.publish(message_for(queue, b"odd", job_id))

        dead = await dead_letters.of_job(job_id)
        assert (dead.body, dead.death_reason, dead.death_queue) == (b"odd", "rejected", queue.name)


async def test_an_unreadable_message_goes_to_the_dead_letters_unseen(
    open_world: OpenWorld, queue: Queue, job_id: str
) -> None:
    dead_letters = Inbox()
    seen: list[PhotoSubmitted] = []

    async def handler(message: PhotoSubmitted, _: Delivery) -> None:
        seen.append(message)

    async with open_world() as world:
        world.broker.consume(queue, PhotoSubmitted, handler, concurrency=1)
        world.broker.consume_raw(DEAD_LETTERS, dead_letters.take, concurrency=10)
        await world.ready()

        await world.broker.publish(message_for(queue, b'{"v":2}', job_id))

        dead = await dead_letters.of_job(job_id)
        assert (seen, dead.death_reason) == ([], "rejected")


async def test_a_message_that_fails_for_ever_ends_with_the_dead_letters(
    open_world: OpenWorld, queue: Queue, job_id: str
) -> None:
    dead_letters, tries = Inbox(), Inbox()

    async def fail(delivery: Delivery) -> None:
        await tries.take(delivery)
        raise OSError("no database")

    async with open_world() as world:
        world.broker.consume_raw(queue, fail, concurrency=1)
        world.broker.consume_raw(DEAD_LETTERS, dead_letters.take, concurrency=10)
        await world.ready()

        await world.broker.publish(message_for(queue, job_id=job_id))

        dead = await dead_letters.of_job(job_id)
        assert (len(tries.deliveries), dead.death_reason) == (DELIVERY_LIMIT + 1, "delivery_limit")


@pytest.mark.parametrize("left_seconds", [0.2, -1.0])
async def test_a_message_that_nobody_took_in_time_is_told_apart(
    open_world: OpenWorld, queue: Queue, job_id: str, left_seconds: float
) -> None:
    dead_letters = Inbox()
    async with open_world() as world:
        world.broker.declare([queue])
        world.broker.consume_raw(DEAD_LETTERS, dead_letters.take, concurrency=10)
        await world.ready()

        await world.broker.publish(
            OutgoingMessage(JOBS_EXCHANGE, queue.name, b"{}", job_id, expiration_seconds=left_seconds)
        )

        dead = await dead_letters.of_job(job_id)
        assert dead.death_reason == "expired"


async def test_no_more_handlers_run_than_asked_for(open_world: OpenWorld, queue: Queue) -> None:
    running, most, done = 0, 0, 0

    async def count(_: Delivery) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        done += 1

    async with open_world() as world:
        world.broker.consume_raw(queue, count, concurrency=3)
        await world.ready()

        await asyncio.gather(*(world.broker.publish(message_for(queue)) for _ in range(12)))

        await eventually(lambda: done == 12)
        assert most == 3


async def test_a_handler_outlives_its_connection_and_the_message_comes_again(
    open_world: OpenWorld, queue: Queue
) -> None:
    started, finished = Inbox(), Inbox()
    release = asyncio.Event()

    async def slow(delivery: Delivery) -> None:
        await started.take(delivery)
        await release.wait()
        await finished.take(delivery)

    async with open_world() as world:
        world.broker.consume_raw(queue, slow, concurrency=2)
        await world.ready()
        await world.broker.publish(message_for(queue))
        await eventually(lambda: started.deliveries)

        world.lose_connection()
        await eventually(lambda: len(started.deliveries) == 2)
        release.set()

        await eventually(lambda: len(finished.deliveries) == 2)
        assert [delivery.delivery_count for delivery in started.deliveries] == [0, 1]


async def test_draining_takes_nothing_new_and_waits_for_what_runs(open_world: OpenWorld, queue: Queue) -> None:
    inbox = Inbox()
    release = asyncio.Event()

    async def slow(delivery: Delivery) -> None:
        await inbox.take(delivery)
        await release.wait()

    async with open_world() as world:
        world.broker.consume_raw(queue, slow, concurrency=1)
        await world.ready()
        await world.broker.publish(message_for(queue, b"running"))
        await eventually(lambda: inbox.deliveries)

        still_running = await world.broker.drain(0.1)
        await world.broker.publish(message_for(queue, b"late"))
        release.set()
        left = await world.broker.drain(2)

        assert (still_running, left) == (1, 0)
        assert [delivery.body for delivery in inbox.deliveries] == [b"running"]


async def test_the_trace_goes_with_the_message(open_world: OpenWorld, queue: Queue) -> None:
    traces: list[int] = []

    async def handler(_: Delivery) -> None:
        traces.append(trace.get_current_span().get_span_context().trace_id)

    async with open_world() as world:
        world.broker.consume_raw(queue, handler, concurrency=1)
        await world.ready()

        with TracerProvider(shutdown_on_exit=False).get_tracer("test").start_as_current_span("publishing") as span:
            await world.broker.publish(message_for(queue))
        await world.broker.publish(message_for(queue))

        await eventually(lambda: len(traces) == 2)
        assert traces == [span.get_span_context().trace_id, trace.INVALID_TRACE_ID]


async def test_a_message_over_64_kib_is_a_defect(queue: Queue) -> None:
    with pytest.raises(ValueError, match="65537 bytes"):
        message_for(queue, b"x" * (MAX_MESSAGE_BYTES + 1))
