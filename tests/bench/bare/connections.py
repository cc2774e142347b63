"""What both bare processes hold: a broker channel, a collection, a store; from the addresses of a running stack."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel
from minio import Minio
from motor.motor_asyncio import AsyncIOMotorClient

QUEUE, BUCKET, COLLECTION = "bench.bare.v1", "bench-bare", "bench_bare"
THREADS = 16


class Store:
    """minio-py in a bounded thread pool, as the product uses it."""

    def __init__(self, client: Minio) -> None:
        self._client = client
        self._threads = ThreadPoolExecutor(THREADS)

    def make_bucket(self) -> None:
        self._client.make_bucket(bucket_name=BUCKET)

    async def put(self, key: str, data: bytes) -> None:
        def call() -> None:
            size = len(data)
            self._client.put_object(
                bucket_name=BUCKET, object_name=key, data=io.BytesIO(data), length=size, part_size=max(size, 5 << 20)
            )

        await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def get(self, key: str) -> bytes:
        def call() -> bytes:
            response = self._client.get_object(bucket_name=BUCKET, object_name=key)
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


@dataclass(frozen=True)
class Connections:
    channel: AbstractChannel
    jobs: Any
    store: Store


@asynccontextmanager
async def connections(environ: Mapping[str, str] = os.environ) -> AsyncIterator[Connections]:
    address = urlsplit(environ["S3_URL"])
    minio = Minio(
        endpoint=address.netloc,
        access_key=environ["S3_ACCESS_KEY"],
        secret_key=environ["S3_SECRET_KEY"],
        secure=False,
        region="us-east-1",
    )
    mongo: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(environ["MONGO_URL"], w="majority")
    broker = await aio_pika.connect(environ["AMQP_URL"])
    async with broker:
        channel = await broker.channel()
        await channel.set_qos(prefetch_count=64)
        yield Connections(channel, mongo.get_default_database()[COLLECTION], Store(minio))
    mongo.close()
