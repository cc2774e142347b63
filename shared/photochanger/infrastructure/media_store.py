"""Pictures in an S3 store: plain S3 calls only, each in a bounded thread pool and under a deadline."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from types import MappingProxyType, TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.credentials.credentials import Credentials
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from pydantic import SecretStr
from urllib3.exceptions import HTTPError

from photochanger.infrastructure.body_reading import BodyReading
from photochanger.infrastructure.cached_check import CachedCheck
from photochanger.infrastructure.media_http import store_connections
from photochanger.infrastructure.media_objects import (
    LIFETIME_DAYS,
    Bucket,
    ObjectInfo,
    ObjectMissing,
    StoreUnavailable,
)
from photochanger.infrastructure.signed_put import SignedPut

__all__ = ["Bucket", "MediaStore", "ObjectInfo", "ObjectMissing", "StoreUnavailable"]

T = TypeVar("T")
Objects = list[ObjectInfo]

DEFAULT_SECONDS = 5.0
_METADATA_PREFIX = "x-amz-meta-"
_MISSING = frozenset({"NoSuchKey", "ResourceNotFound"})


class MediaStore:
    """`async with MediaStore(...)` opens it at once, also while no server is there.

    Every call raises StoreUnavailable for trouble of the store, at the latest after its `timeout_seconds`. A server's
    answer that never comes holds a thread for some seconds, not for ever. The server checks each body against the
    sha256 it was signed with.
    """

    def __init__(
        self,
        url: str,
        access_key: SecretStr,
        secret_key: SecretStr,
        *,
        region: str = "us-east-1",
        threads: int = 16,
    ) -> None:
        parts = urlsplit(url)
        self._connections = store_connections(threads)
        credentials = Credentials(access_key.get_secret_value(), secret_key.get_secret_value())
        self._client = Minio(
            endpoint=parts.netloc,
            access_key=credentials.access_key,
            secret_key=credentials.secret_key,
            secure=parts.scheme == "https",
            region=region,
            http_client=self._connections,
        )
        self._put = SignedPut(url, region=region, credentials=credentials, connections=self._connections)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="media-store")
        self._check = CachedCheck(
            self._buckets_answer, expected=StoreUnavailable, keep_good_seconds=2.0, keep_bad_seconds=0.2
        )
        self._next_asked = tuple(Bucket)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._connections.clear()

    async def put(
        self,
        bucket: Bucket,
        key: str,
        data: bytes,
        *,
        content_type: str,
        metadata: Mapping[str, str] = MappingProxyType({}),
        sha256: str | None = None,
        timeout_seconds: float = DEFAULT_SECONDS,
    ) -> None:
        """Stores the object, durable when this returns; overwrites.

        `sha256` is the body's digest in hex where the caller knows it; the store refuses a body that has another one.
        """
        headers = {"Content-Type": content_type}
        headers |= {f"{_METADATA_PREFIX}{name}": value for name, value in metadata.items()}

        def call() -> None:
            digest = hashlib.sha256(data).hexdigest() if sha256 is None else sha256
            self._put(bucket, key, data, sha256=digest, headers=headers)

        await self._run(call, timeout_seconds)

    async def get(
        self,
        bucket: Bucket,
        key: str,
        *,
        offset: int = 0,
        length: int | None = None,
        timeout_seconds: float = DEFAULT_SECONDS,
    ) -> bytes:
        """The object's bytes from `offset`, all or `length` of them.

        Raises:
            ObjectMissing: there is none.
        """
        if length == 0:
            return b""
        reading = BodyReading()

        def call() -> bytes:
            return reading.read(
                self._client.get_object(bucket_name=bucket, object_name=key, offset=offset, length=length or 0)
            )

        try:
            return await self._run(call, timeout_seconds)
        except BaseException:
            reading.stop()
            raise

    async def head(self, bucket: Bucket, key: str, *, timeout_seconds: float = DEFAULT_SECONDS) -> ObjectInfo | None:
        """What is stored under the key, None when nothing is."""

        def call() -> ObjectInfo:
            found = self._client.stat_object(bucket_name=bucket, object_name=key)
            metadata = {
                name.lower().removeprefix(_METADATA_PREFIX): value
                for name, value in (found.metadata or {}).items()
                if name.lower().startswith(_METADATA_PREFIX)
            }
            return _info(found.object_name, found.size, found.last_modified, metadata)

        try:
            return await self._run(call, timeout_seconds)
        except ObjectMissing:
            return None

    async def delete(self, bucket: Bucket, key: str, *, timeout_seconds: float = DEFAULT_SECONDS) -> None:
        """Removes the object; one that is not there is fine."""
        await self._run(lambda: self._client.remove_object(bucket_name=bucket, object_name=key), timeout_seconds)

    async def delete_all(
        self, bucket: Bucket, keys: Sequence[str], *, timeout_seconds: float = DEFAULT_SECONDS
    ) -> None:
        """Removes the objects in one call for each 1,000; those that are not there are fine."""
        objects = [DeleteObject(key) for key in keys]

        def call() -> str | None:
            refused = self._client.remove_objects(bucket_name=bucket, delete_object_list=objects)
            return next((error.code for error in refused if error.code not in _MISSING), None)

        if code := await self._run(call, timeout_seconds):
            raise StoreUnavailable(f"the store refused: {code}")

    async def delete_prefix(self, bucket: Bucket, prefix: str, *, timeout_seconds: float = DEFAULT_SECONDS) -> int:
        """Removes every object under `prefix`, which must end in a slash; gives how many there were."""
        if not prefix.endswith("/") or prefix == "/":
            raise ValueError(f"no folder: {prefix!r}")
        give_up_at = time.monotonic() + timeout_seconds

        def call() -> int:
            count = 0
            for found in self._client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
                _check_time(give_up_at)
                self._client.remove_object(bucket_name=bucket, object_name=found.object_name)
                count += 1
            return count

        return await self._run(call, timeout_seconds)

    async def list(
        self,
        bucket: Bucket,
        prefix: str = "",
        *,
        limit: int,
        start_after: str | None = None,
        timeout_seconds: float = DEFAULT_SECONDS,
    ) -> Objects:
        """At most `limit` objects under `prefix` in the order of their keys, from behind `start_after`."""

        def call() -> list[ObjectInfo]:
            found = self._client.list_objects(
                bucket_name=bucket, prefix=prefix, recursive=True, start_after=start_after
            )
            return [_info(each.object_name, each.size, each.last_modified, {}) for each in islice(found, limit)]

        return await self._run(call, timeout_seconds)

    async def ensure_buckets(self, *, timeout_seconds: float = 10.0) -> None:
        """Creates the buckets that are missing and sets their lifetimes; every service may do it at start."""

        def call() -> None:
            for bucket in Bucket:
                if not self._client.bucket_exists(bucket_name=bucket):
                    _create(self._client, bucket)
                if days := LIFETIME_DAYS.get(bucket):
                    rule = Rule(
                        status=ENABLED,
                        rule_filter=Filter(prefix=""),
                        rule_id="lifetime",
                        expiration=Expiration(days=days),
                    )
                    self._client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([rule]))

        await self._run(call, timeout_seconds)

    async def lifetime_days(self, bucket: Bucket, *, timeout_seconds: float = DEFAULT_SECONDS) -> int | None:
        """After how many days the store itself removes what lies in the bucket; None: never."""

        def call() -> int | None:
            config = self._client.get_bucket_lifecycle(bucket_name=bucket)
            rules = config.rules if config is not None else ()
            days = [rule.expiration.days for rule in rules if rule.expiration is not None and rule.status == ENABLED]
            return min((each for each in days if each is not None), default=None)

        return await self._run(call, timeout_seconds)

    async def ping(self) -> str | None:
        """None when the store answers and has our buckets, else the reason; asked at most every 2 s.

        Once all were there, each time one bucket is asked for, in turn: one that goes is missed within 6 s.
        """
        return await self._check()

    async def _buckets_answer(self) -> str | None:
        asked, self._next_asked = self._next_asked, tuple(Bucket)

        def call() -> list[Bucket]:
            return [bucket for bucket in asked if not self._client.bucket_exists(bucket_name=bucket)]

        missing = await self._run(call, 1.0)
        if missing:
            return f"no bucket {', '.join(missing)}"
        order = tuple(Bucket)
        self._next_asked = (order[(order.index(asked[-1]) + 1) % len(order)],)
        return None

    async def _run(self, call: Callable[[], T], timeout_seconds: float) -> T:
        try:
            async with asyncio.timeout(timeout_seconds):
                return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError as error:
            raise StoreUnavailable(f"no answer in {timeout_seconds:g} s") from error
        except S3Error as error:
            if error.code in _MISSING:
                raise ObjectMissing(error.object_name or "") from error
            raise StoreUnavailable(f"the store refused: {error.code}") from error
        except (MinioException, HTTPError, OSError) as error:
            raise StoreUnavailable(f"the store cannot be reached: {type(error).__name__}") from error


def _check_time(give_up_at: float) -> None:
    """The caller has given up by then; this frees the thread that works for nobody."""
    if time.monotonic() > give_up_at:
        raise TimeoutError


def _info(key: str | None, size: int | None, modified_at: datetime | None, metadata: Mapping[str, str]) -> ObjectInfo:
    if key is None or size is None or modified_at is None:
        raise StoreUnavailable("the store described an object without key, size or time")
    return ObjectInfo(key, size, modified_at, metadata)


def _create(client: Minio, bucket: Bucket) -> None:
    try:
        client.make_bucket(bucket_name=bucket)
    except S3Error as error:
        if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise
