import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from tests.servers import RunningMinio, running_minio


@pytest.fixture(scope="module")
def own_minio() -> Iterator[RunningMinio]:
    # started and ended in the main thread: a server dies with the thread that started it
    with running_minio() as server:
        yield server


@pytest.fixture
async def store(own_minio: RunningMinio) -> AsyncIterator[MediaStore]:
    async with MediaStore(
        own_minio.url, SecretStr(own_minio.access_key), SecretStr(own_minio.secret_key), threads=4
    ) as store:
        await store.ensure_buckets()
        await store.put(Bucket.RESULTS, "a/1", b"picture", content_type="image/jpeg")
        yield store
        own_minio.resume()
        own_minio.start()


async def refused_after(store: MediaStore, timeout_seconds: float = 5.0) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store.get(Bucket.RESULTS, "a/1", timeout_seconds=timeout_seconds)
    return time.monotonic() - began


async def test_a_killed_store_is_unavailable_at_once_and_comes_back_by_itself(
    store: MediaStore, own_minio: RunningMinio
) -> None:
    own_minio.kill()

    assert await refused_after(store) < 3
    assert await store.ping() is not None

    own_minio.start()
    assert await store.get(Bucket.RESULTS, "a/1") == b"picture"


async def test_a_connection_that_died_in_the_pool_is_not_an_error(store: MediaStore, own_minio: RunningMinio) -> None:
    await store.get(Bucket.RESULTS, "a/1")
    own_minio.kill()
    own_minio.start()

    await store.put(Bucket.RESULTS, "a/1", b"picture", content_type="image/jpeg")

    assert await store.get(Bucket.RESULTS, "a/1") == b"picture"


async def test_a_hanging_store_is_unavailable_within_the_time_given(store: MediaStore, own_minio: RunningMinio) -> None:
    own_minio.pause()

    assert 0.9 < await refused_after(store, 1.0) < 2
    began = time.monotonic()
    assert await store.ping() is not None
    assert time.monotonic() - began < 2


async def test_a_hanging_store_keeps_no_thread_for_ever_and_delays_nobody_more(
    store: MediaStore, own_minio: RunningMinio
) -> None:
    own_minio.pause()
    body = b"x" * 5_000_000

    began = time.monotonic()
    calls = [store.put(Bucket.SOURCES, f"b/{n}", body, content_type="image/jpeg", timeout_seconds=1) for n in range(12)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert time.monotonic() - began < 3

    free = [asyncio.wrap_future(store._threads.submit(threading.get_ident)) for _ in range(4)]
    async with asyncio.timeout(15):
        await asyncio.gather(*free)

    own_minio.resume()
    async with asyncio.timeout(5):
        assert await store.get(Bucket.RESULTS, "a/1") == b"picture"


async def test_a_cancelled_call_ends_at_once(store: MediaStore, own_minio: RunningMinio) -> None:
    own_minio.pause()
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await store.get(Bucket.RESULTS, "a/1")

    assert time.monotonic() - began < 1
