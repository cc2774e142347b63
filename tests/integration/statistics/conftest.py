"""A database of its own for each test."""

import uuid
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import Mongo, connect, ensure_indexes
from tests.servers import RunningServer


@pytest.fixture
async def mongo(mongodb: RunningServer) -> AsyncIterator[Mongo]:
    name = f"test_{uuid.uuid4().hex}"
    async with connect(SecretStr(mongodb.url.replace("/photochanger?", f"/{name}?")), timeout_ms=5_000) as mongo:
        await ensure_indexes(mongo.database)
        yield mongo
        await mongo.database.client.drop_database(name)
