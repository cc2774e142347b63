"""Messages twice, in the wrong order, and long after their job has ended."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from photochanger import topology
from photochanger.background import running
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage, outgoing
from photochanger.messages import PhotoOutcome, PhotoSubmitted, PhotoTask
from photochanger.observability import Telemetry
from tests.chaos.history import Row
from tests.chaos.run import Run

EVERY_SECONDS = 0.15
LEFT_MS = 20_000


@asynccontextmanager
async def copied_messages(run: Run, dice: random.Random) -> AsyncIterator[None]:
    """Send every kind of message of every kind of job again, at random."""
    url = SecretStr(str(run.stack.info["amqp_url"]))
    async with Broker(url, name="chaos", telemetry=Telemetry("chaos")) as broker:
        while not broker.state.is_connected:
            await asyncio.sleep(0.05)
        async with running(_copy(run, broker, dice), name="copies"):
            yield


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
