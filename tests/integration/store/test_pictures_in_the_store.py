import datetime as dt
import hashlib
import os
import uuid
from typing import Any

import pytest
from minio import Minio
from minio.error import S3Error
from pydantic import SecretStr
from urllib3 import PoolManager

from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from tests.servers import RunningMinio

PICTURE = b"\xff\xd8" + os.urandom(3_000_000) + b"\xff\xd9"


@pytest.fixture
def folder() -> str:
    return f"{uuid.uuid4()}/"


@pytest.fixture
def plain_client(minio: RunningMinio) -> Minio:
    return Minio(
        minio.url.removeprefix("http://"), minio.access_key, minio.secret_key, secure=False, region="us-east-1"
    )


async def test_what_is_put_is_got(store: MediaStore, folder: str) -> None:
    await store.put(Bucket.SOURCES, folder + "source", PICTURE, content_type="image/jpeg")

    assert await store.get(Bucket.SOURCES, folder + "source") == PICTURE


async def test_a_picture_that_is_not_what_its_digest_says_is_refused(store: MediaStore, folder: str) -> None:
    with pytest.raises(StoreUnavailable):
        await store.put(
            Bucket.SOURCES,
            folder + "source",
            PICTURE,
            content_type="image/jpeg",
            sha256=hashlib.sha256(b"").hexdigest(),
        )

    assert await store.head(Bucket.SOURCES, folder + "source") is None


async def test_a_picture_with_its_digest_keeps_type_and_metadata(
    store: MediaStore, plain_client: Minio, folder: str
) -> None:
    digest = hashlib.sha256(PICTURE).hexdigest()

    await store.put(
        Bucket.RESULTS, folder + "1", PICTURE, content_type="image/png", metadata={"reference": "a b"}, sha256=digest
    )

    found = plain_client.stat_object(bucket_name=Bucket.RESULTS, object_name=folder + "1")
    assert (found.content_type, found.size) == ("image/png", len(PICTURE))
    head = await store.head(Bucket.RESULTS, folder + "1")
    assert head is not None
    assert head.metadata == {"reference": "a b"}


async def test_a_large_picture_is_one_whole_object(store: MediaStore, folder: str) -> None:
    large = os.urandom(50_000_000)

    await store.put(Bucket.SOURCES, folder + "source", large, content_type="image/png", timeout_seconds=30)

    assert await store.get(Bucket.SOURCES, folder + "source", timeout_seconds=30) == large


async def test_a_part_of_a_picture_can_be_got(store: MediaStore, folder: str) -> None:
    await store.put(Bucket.RESULTS, folder + "1", b"0123456789", content_type="image/jpeg")

    assert await store.get(Bucket.RESULTS, folder + "1", offset=3) == b"3456789"
    assert await store.get(Bucket.RESULTS, folder + "1", offset=3, length=2) == b"34"
    assert await store.get(Bucket.RESULTS, folder + "1", length=0) == b""


async def test_the_head_tells_size_time_and_metadata(store: MediaStore, folder: str) -> None:
    await store.put(Bucket.RESULTS, folder + "1", PICTURE, content_type="image/jpeg", metadata={"sha256": "ab"})

    found = await store.head(Bucket.RESULTS, folder + "1")

    assert found is not None
    assert found.size_bytes == len(PICTURE)
    assert found.metadata == {"sha256": "ab"}
    assert abs(dt.datetime.now(dt.UTC) - found.modified_at) < dt.timedelta(minutes=1)


async def test_a_missing_object_is_not_an_unavailable_store(store: MediaStore, folder: str) -> None:
    assert await store.head(Bucket.RESULTS, folder + "1") is None
    with pytest.raises(ObjectMissing):
        await store.get(Bucket.RESULTS, folder + "1")


async def test_deleting_twice_is_fine(store: MediaStore, folder: str) -> None:
    await store.put(Bucket.SOURCES, folder + "source", b"x", content_type="image/jpeg")

    await store.delete(Bucket.SOURCES, folder + "source")
    await store.delete(Bucket.SOURCES, folder + "source")

    assert await store.head(Bucket.SOURCES, folder + "source") is None


async def test_several_go_in_one_call_and_no_others(store: MediaStore, folder: str) -> None:
    for name in ("one", "two", "kept"):
        await store.put(Bucket.SOURCES, folder + name, b"x", content_type="image/jpeg")

    await store.delete_all(Bucket.SOURCES, [folder + "one", folder + "two", folder + "never was"])

    assert [each.key for each in await store.list(Bucket.SOURCES, folder, limit=10)] == [folder + "kept"]


async def test_a_prefix_goes_whole_and_alone(store: MediaStore, folder: str) -> None:
    other = f"{uuid.uuid4()}/source"
    for key in (folder + "source", folder + "jpeg", other):
        await store.put(Bucket.SOURCES, key, b"x", content_type="image/jpeg")

    assert await store.delete_prefix(Bucket.SOURCES, folder) == 2

    assert await store.list(Bucket.SOURCES, folder, limit=10) == []
    assert await store.head(Bucket.SOURCES, other) is not None


@pytest.mark.parametrize("prefix", ["", "/", "job"])
async def test_nothing_but_a_folder_is_deleted_by_prefix(prefix: str, store: MediaStore) -> None:
    with pytest.raises(ValueError, match="no folder"):
        await store.delete_prefix(Bucket.SOURCES, prefix)


async def test_a_listing_goes_on_behind_the_last_key(store: MediaStore, folder: str) -> None:
    for name in "abcd":
        await store.put(Bucket.RESULTS, folder + name, b"x" * 7, content_type="image/jpeg")

    first = await store.list(Bucket.RESULTS, folder, limit=3)
    rest = await store.list(Bucket.RESULTS, folder, limit=3, start_after=first[-1].key)

    assert [each.key for each in first] == [folder + "a", folder + "b", folder + "c"]
    assert [each.key for each in rest] == [folder + "d"]
    assert rest[0].size_bytes == 7
    assert rest[0].modified_at.tzinfo is not None


async def test_the_buckets_outlive_no_picture_by_days(store: MediaStore, plain_client: Minio) -> None:
    await store.ensure_buckets()

    days = {}
    for bucket in (Bucket.SOURCES, Bucket.RESULTS):
        lifecycle = plain_client.get_bucket_lifecycle(bucket_name=bucket)
        assert lifecycle is not None
        [rule] = lifecycle.rules
        assert rule.expiration is not None
        days[bucket] = rule.expiration.days
    assert days == {Bucket.SOURCES: 1, Bucket.RESULTS: 8}
    assert plain_client.get_bucket_lifecycle(bucket_name=Bucket.TEMPLATES) is None


async def test_a_picture_garbled_on_its_way_is_refused_by_the_server(
    minio: RunningMinio, store: MediaStore, folder: str
) -> None:
    class Garbling(PoolManager):
        def urlopen(self, method: str, url: str, *arguments: Any, **kw: Any) -> Any:
            if kw.get("body"):
                kw["body"] = b"\x00" + kw["body"][1:]
            return super().urlopen(method, url, *arguments, **kw)

    store._put._connections = Garbling()

    with pytest.raises(StoreUnavailable) as refusal:
        await store.put(Bucket.SOURCES, folder + "source", PICTURE, content_type="image/jpeg")

    assert isinstance(refusal.value.__cause__, S3Error)
    assert refusal.value.__cause__.code == "XAmzContentSHA256Mismatch"
    assert await store.head(Bucket.SOURCES, folder + "source") is None


async def test_a_wrong_key_is_said_by_the_ping(minio: RunningMinio) -> None:
    async with MediaStore(minio.url, SecretStr(minio.access_key), SecretStr("wrong-key-wrong-key")) as store:
        reason = await store.ping()

    assert reason is not None
    assert "wrong-key" not in reason
