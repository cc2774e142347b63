"""How every process hears of an end, on the fake and on a real RabbitMQ."""

import asyncio

import pytest

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker_messages import OutgoingMessage, outgoing_event
from photochanger.infrastructure.job_events import listen_to_job_events
from photochanger.messages import JobEvent
from photochanger.topology import EVENTS_EXCHANGE, event_key
from tests.broker_worlds import OpenWorld
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(90)


def ended(job_id: str, status: JobStatus = JobStatus.CANCELLED) -> JobEvent:
    return JobEvent(job_id=job_id, slot_id="demo", status=status)


async def test_every_listener_hears_the_ends_it_asked_for_and_no_others(open_world: OpenWorld, job_id: str) -> None:
    async with open_world() as world:
        one: list[JobEvent] = []
        other: list[JobEvent] = []
        for heard in (one, other):
            listen_to_job_events(world.broker, JobStatus.CANCELLED, heard.append)
        await world.ready()

        await world.broker.publish(outgoing_event(ended(job_id, JobStatus.DONE)))
        await world.broker.publish(outgoing_event(ended(job_id)))

        await eventually(lambda: one and other)
        assert one == other == [ended(job_id)]


async def test_ends_are_heard_again_on_a_new_connection_and_after_nonsense(open_world: OpenWorld, job_id: str) -> None:
    async with open_world() as world:
        heard: list[JobEvent] = []
        listen_to_job_events(world.broker, JobStatus.CANCELLED, heard.append)
        await world.ready()
        world.lose_connection()
        await world.ready()

        nonsense = OutgoingMessage(EVENTS_EXCHANGE, event_key(JobStatus.CANCELLED), b"nonsense", is_hint=True)
        async with asyncio.timeout(10):
            while not heard:
                await world.broker.publish(nonsense)
                await world.broker.publish(outgoing_event(ended(job_id)))
                await asyncio.sleep(0.1)

        assert heard[0] == ended(job_id)
