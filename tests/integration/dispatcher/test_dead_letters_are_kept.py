"""What nobody could handle is kept where people can look at it."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

from dispatcher.dead_letters import DeadLetterKeeper
from photochanger import topology
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, OutgoingMessage
from photochanger.infrastructure.dead_letter_repository import EXPIRED_KEPT_DAYS, DeadLetterRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.observability import Telemetry
from tests.fakes import FakeBroker
from tests.integration.dispatcher.conftest import until_ready


async def test_an_unreadable_message_ends_among_the_dead_letters_once(broker: Broker, mongo: Mongo) -> None:
    job_id = str(uuid.uuid4())
    await until_ready(broker)

    queue = topology.SUBMISSIONS
    await broker.publish(OutgoingMessage(queue.exchange, queue.name, b"\xff no message", correlation_id=job_id))

    letters = mongo.database["dead_letters"]
    async with asyncio.timeout(5):
        while await letters.count_documents({"job_id": job_id}) == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    kept = await letters.find({"job_id": job_id}).to_list(None)
    assert [(letter["queue"], letter["reason"]) for letter in kept] == [(queue.name, "unreadable")]


async def test_a_dead_letter_delivered_again_is_kept_once(mongo: Mongo) -> None:
    job_id = str(uuid.uuid4())
    headers = {"x-first-death-queue": "provider.gemini.v1", "x-first-death-reason": "delivery_limit"}
    first = Delivery(
        body=job_id.encode(),
        headers=headers,
        correlation_id=job_id,
        reply_to=None,
        redelivered=False,
        delivery_count=0,
        queue=topology.DEAD_LETTERS.name,
    )
    again = replace(first, headers={**headers, "x-delivery-count": 1}, redelivered=True, delivery_count=1)
    async with FakeBroker() as broker:
        keeper = DeadLetterKeeper(DeadLetterRepository(mongo.database), broker, Telemetry("tests").metrics)
        for delivery in (first, again):
            await keeper.on_delivery(delivery)

    assert await mongo.database["dead_letters"].count_documents({"job_id": job_id}) == 1


async def test_a_message_that_merely_expired_is_kept_for_a_few_days_only(broker: Broker, mongo: Mongo) -> None:
    job_id = str(uuid.uuid4())
    queue = topology.provider_queue(f"idle-{uuid.uuid4().hex[:8]}")
    broker.declare([queue])
    await until_ready(broker)

    await broker.publish(
        OutgoingMessage(queue.exchange, queue.name, b"{}", correlation_id=job_id, expiration_seconds=0.1)
    )

    async with asyncio.timeout(8):
        while (letter := await mongo.database["dead_letters"].find_one({"job_id": job_id})) is None:
            await asyncio.sleep(0.1)
    assert (letter["queue"], letter["reason"]) == (queue.name, "expired")
    assert letter["forget_at"] - letter["received_at"] == timedelta(days=EXPIRED_KEPT_DAYS)


async def test_a_secret_in_a_dead_letter_is_not_kept(broker: Broker, mongo: Mongo) -> None:
    job_id = str(uuid.uuid4())
    await until_ready(broker)
    body = f'{{"job_id": "{job_id}", "password": "open sesame", "api_key": "k-123'.encode()

    queue = topology.SUBMISSIONS
    headers = {"x-api-token": "canary-4711"}
    await broker.publish(OutgoingMessage(queue.exchange, queue.name, body, job_id, headers=headers))

    async with asyncio.timeout(5):
        while (letter := await mongo.database["dead_letters"].find_one({"job_id": job_id})) is None:
            await asyncio.sleep(0.05)
    for secret in ("open sesame", "k-123", "canary-4711"):
        assert secret not in repr(letter)
