"""Messages twice, in the wrong order, and long after their job has ended."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from photochanger import topology
from photochanger.background import running
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage, outgoing
from photochanger.messages import PhotoOutcome, PhotoSubmitted, PhotoTask
from photochanger.observability import Telemetry
from tests.chaos.faults import Fault, Holding
from tests.chaos.history import Row
from tests.chaos.run import Run

EVERY_SECONDS = 0.15
LEFT_MS = 20_000
#: Held back so long, messages overtake each other; the later ones come after a sweep has done their work.
REORDERED_SECONDS, LATE_SECONDS = (0.2, 1.5), (3.0, 8.0)
HELD_AT_ONCE = 32
QUEUES = (topology.SUBMISSIONS, topology.OUTCOMES, topology.provider_queue("gemini"))


@asynccontextmanager
async def copied_messages(run: Run, dice: random.Random) -> AsyncIterator[None]:
    """Send every kind of message of every kind of job again, at random."""
    async with _broker_of(run) as broker:
        while not broker.state.is_connected:
            await asyncio.sleep(0.05)
        async with running(_copy(run, broker, dice), name="copies"):
            yield


def held_back(seconds: tuple[float, float]) -> Holding:
    """Take about half of the messages away from the services, and send each again after a time by the dice."""

    @asynccontextmanager
    async def hold(run: Run, dice: random.Random) -> AsyncIterator[None]:
        async with _broker_of(run) as broker:
            for queue in QUEUES:

                async def send_later(delivery: Delivery, queue: topology.Queue = queue) -> None:
                    await asyncio.sleep(dice.uniform(*seconds))
                    again = OutgoingMessage(
                        queue.exchange,
                        queue.name,
                        delivery.body,
                        correlation_id=delivery.correlation_id,
                        reply_to=delivery.reply_to,
                        expiration_seconds=LEFT_MS / 1000,
                    )
                    await broker.publish(again)

                broker.consume_raw(queue, send_later, concurrency=HELD_AT_ONCE)
            yield

    return hold


def _broker_of(run: Run) -> Broker:
    return Broker(SecretStr(str(run.stack.info["amqp_url"])), name="chaos", telemetry=Telemetry("chaos"))


async def _copy(run: Run, broker: Broker, dice: random.Random) -> None:
    while True:
        rows = await run.witness.rows()
        messages = [message for row in dice.sample(rows, min(4, len(rows))) for message in _messages_of(row)]
        dice.shuffle(messages)
        for message in messages:
            await broker.publish(message)
        await asyncio.sleep(EVERY_SECONDS)


def _messages_of(row: Row) -> list[OutgoingMessage]:
    """Give what was ever sent for the job, and an outcome that never was."""
    job_id = row.job_id
    messages = [outgoing(topology.SUBMISSIONS, PhotoSubmitted(job_id=job_id), job_id=job_id, left_ms=LEFT_MS)]
    for n, (provider, _, _) in enumerate(row.attempts, 1):
        task = PhotoTask(job_id=job_id, attempt=n, provider=provider)
        messages.append(outgoing(topology.provider_queue(provider), task, job_id=job_id, left_ms=LEFT_MS))
        outcome = PhotoOutcome(job_id=job_id, attempt=n, provider=provider)
        messages.append(outgoing(topology.OUTCOMES, outcome, job_id=job_id, left_ms=LEFT_MS))
    return messages


MESSAGE_FAULTS = (
    Fault("copied-messages", copied_messages, has_fallback=True),
    Fault("reordered-messages", held_back(REORDERED_SECONDS)),
    Fault("late-messages", held_back(LATE_SECONDS), holds_seconds=(8.0, 12.0)),
)
