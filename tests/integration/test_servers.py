"""The servers that other tests stand on."""

import asyncio
import time

import aio_pika
import pytest
from minio import Minio
from pymongo import MongoClient

from tests.servers import RunningMinio, RunningServer

pytestmark = pytest.mark.timeout(120)


async def test_the_broker_comes_back_on_the_same_address_after_a_power_cut(rabbitmq: RunningServer) -> None:
    connection = await aio_pika.connect(rabbitmq.url)
    channel = await connection.channel()
    await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
    await connection.close()

    await asyncio.to_thread(rabbitmq.kill)
    await asyncio.to_thread(rabbitmq.start)

    async with await aio_pika.connect(rabbitmq.url) as again:
        channel = await again.channel()
        queue = await channel.declare_queue("kept", passive=True)
        await queue.delete(if_unused=False, if_empty=False)


def test_mongodb_is_a_replica_set_that_keeps_majority_writes_over_a_power_cut(mongodb: RunningServer) -> None:
    with MongoClient[dict[str, object]](mongodb.url) as client:
        client.get_default_database().things.insert_one({"_id": 1})

    mongodb.kill()
    mongodb.start()

    with MongoClient[dict[str, object]](mongodb.url) as client:
        assert client.get_default_database().name in client.list_database_names()
        assert client.get_default_database().things.find_one({"_id": 1}) == {"_id": 1}


def test_minio_takes_buckets_with_the_given_keys(minio: RunningMinio) -> None:
    store = Minio(
        minio.url.removeprefix("http://"), access_key=minio.access_key, secret_key=minio.secret_key, secure=False
    )

    store.make_bucket("kept")

    assert "kept" in [bucket.name for bucket in store.list_buckets()]
    store.remove_bucket("kept")


def test_a_paused_server_answers_again_when_it_is_resumed(minio: RunningMinio) -> None:
    minio.pause()
    started = time.monotonic()

    minio.resume()
    minio.wait_ready()

    assert time.monotonic() - started < 5
