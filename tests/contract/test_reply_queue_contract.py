"""How a process that waits for a job is woken, on the fake and on a real RabbitMQ."""

import pytest

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage
from photochanger.infrastructure.reply_queue import ReplyQueue, wake
from photochanger.messages import JobEnded
from tests.broker_worlds import OpenWorld
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(90)


class Waiter:
    """A process that waits for hints."""

    def __init__(self, broker: Broker) -> None:
        self.heard: list[JobEnded] = []
        self.replies = ReplyQueue(broker)
        self.replies.on_message(self.heard.append)


async def test_the_hint_reaches_the_process_that_waits(open_world: OpenWorld, job_id: str) -> None:
    async with open_world() as world:
        waiter = Waiter(world.broker)
        await world.ready()

        await wake(world.broker, waiter.replies.name, JobEnded(job_id=job_id, status=JobStatus.DONE))

        await eventually(lambda: waiter.heard)
        assert waiter.heard == [JobEnded(job_id=job_id, status=JobStatus.DONE)]


async def test_the_reply_queue_has_a_new_name_on_a_new_connection(open_world: OpenWorld, job_id: str) -> None:
    async with open_world() as world:
        waiter = Waiter(world.broker)
        await world.ready()
        first = waiter.replies.name

        world.lose_connection()
        await eventually(lambda: waiter.replies.name != first)
        await world.ready()
        await wake(world.broker, waiter.replies.name, JobEnded(job_id=job_id, status=JobStatus.FAILED))

        await eventually(lambda: waiter.heard)


@pytest.mark.parametrize("reply_to", ["reply.gone", None])
async def test_a_hint_for_nobody_is_no_error(open_world: OpenWorld, job_id: str, reply_to: str | None) -> None:
    async with open_world() as world:
        await world.ready()

        await wake(world.broker, reply_to, JobEnded(job_id=job_id, status=JobStatus.DONE))

        assert world.broker.state.is_connected


async def test_an_unreadable_hint_does_not_stop_the_next_one(open_world: OpenWorld, job_id: str) -> None:
    async with open_world() as world:
        waiter = Waiter(world.broker)
        await world.ready()

        await world.broker.publish(OutgoingMessage("", waiter.replies.name or "", b"nonsense", is_hint=True))
        await wake(world.broker, waiter.replies.name, JobEnded(job_id=job_id, status=JobStatus.DONE))

        await eventually(lambda: waiter.heard)
