"""The finished picture's bytes: from the row's own copy, else from the store, always those the row names."""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from photochanger.domain.job import Job
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.observability import get_logger

#: Pictures being fetched at once: what bounds the memory when many jobs end together.
FETCHES_AT_ONCE = 16
#: The store has so long, and longer by the picture's size.
GET_SECONDS = 1.0
GET_BYTES_PER_SECOND = 20_000_000
_TRIES = 2

log = get_logger(__name__)


class PictureUnavailable(Exception):
    """The picture exists, but cannot be had now."""


@dataclass(frozen=True)
class FinishedPicture:
    """What the row says of the picture; sha256 is hex."""

    job_id: str
    key: str
    mime_type: str
    size_bytes: int
    sha256: str
    public_id: str
    expires_at: datetime
    inline_base64: str | None


def finished_picture(job: Job) -> FinishedPicture:
    """The picture of a job that is done.

    Raises:
        ValueError: the row says `done`, but not of which picture.
    """
    facts = (job.result_key, job.result_mime_type, job.result_size_bytes, job.result_sha256, job.expires_at)
    match facts:
        case (str(key), str(mime_type), int(size_bytes), str(sha256), datetime() as expires_at):
            return FinishedPicture(
                job.id, key, mime_type, size_bytes, sha256, job.public_id, expires_at, job.result_inline_base64
            )
        case _:
            raise ValueError(f"job {job.id} is done without a picture")


class Pictures:
    """Gives pictures; a few at once, the others wait their turn."""

    def __init__(self, store: MediaStore, *, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._turns = asyncio.Semaphore(FETCHES_AT_ONCE)

    async def whole(self, picture: FinishedPicture, *, until: float) -> bytes:
        """The picture's bytes, checked against the row; the store is asked twice if there is time.

        Raises:
            PictureUnavailable: the store did not give them by `until` (monotonic).
        """
        try:
            async with asyncio.timeout(max(0.0, until - self._clock())), self._turns:
                inline = _inline(picture)
                return inline if inline is not None else await self._fetch(picture)
        except TimeoutError as error:
            raise PictureUnavailable("the store was too slow") from error

    async def part(self, key: str, *, offset: int, length: int) -> bytes:
        """Some of a stored picture's bytes.

        Raises:
            PictureUnavailable: the store did not give them.
        """
        seconds = GET_SECONDS + length / GET_BYTES_PER_SECOND
        async with self._turns:
            try:
                return await self._store.get(Bucket.RESULTS, key, offset=offset, length=length, timeout_seconds=seconds)
            except (StoreUnavailable, ObjectMissing) as error:
                raise PictureUnavailable(str(error)) from error

    async def _fetch(self, picture: FinishedPicture) -> bytes:
        seconds = GET_SECONDS + picture.size_bytes / GET_BYTES_PER_SECOND
        fault: Exception | None = None
        for _ in range(_TRIES):
            try:
                data = await self._store.get(Bucket.RESULTS, picture.key, timeout_seconds=seconds)
            except (StoreUnavailable, ObjectMissing) as error:
                fault = error
                continue
            if _is_it(data, picture):
                return data
            fault = PictureUnavailable("the store gave other bytes than the row names")
        log.error("picture_not_read", job_id=picture.job_id, why=str(fault))
        raise PictureUnavailable(str(fault)) from fault


def _inline(picture: FinishedPicture) -> bytes | None:
    if picture.inline_base64 is None:
        return None
    try:
        data = base64.b64decode(picture.inline_base64)
    except binascii.Error:
        data = b""
    if _is_it(data, picture):
        return data
    log.error("inline_picture_differs", job_id=picture.job_id, next="takes the stored one")
    return None


def _is_it(data: bytes, picture: FinishedPicture) -> bool:
    return hashlib.sha256(data).hexdigest() == picture.sha256
