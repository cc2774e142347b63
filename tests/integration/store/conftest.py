"""The store as services open it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.media_store import MediaStore
from tests.servers import RunningMinio


@pytest.fixture
async def store(minio: RunningMinio) -> AsyncIterator[MediaStore]:
    async with MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store:
        await store.ensure_buckets()
        yield store
