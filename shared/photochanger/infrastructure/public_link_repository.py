"""Rows of `public_links`: pictures that a provider may fetch while the attempt that needs them runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from photochanger.domain.photo import PictureType
from photochanger.domain.public_link import MEDIA_LINK_REMEMBERED
from photochanger.infrastructure.job_row import NOW, Expression
from photochanger.infrastructure.media_objects import Bucket
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


@dataclass(frozen=True)
class MediaLink:
    """One object for one attempt; `ends_at` is the job's deadline."""

    token: str
    job_id: str
    attempt: int
    key: str
    type: PictureType
    size_bytes: int
    ends_at: datetime


@dataclass(frozen=True)
class LinkedMedia:
    """What is behind a link; `is_over` once its attempt or its job has ended, or the deadline is past."""

    bucket: Bucket
    key: str
    type: PictureType
    size_bytes: int
    is_over: bool


class PublicLinkRepository:
    """Whether a link is alive is read from the job's row, so that nothing has to be written when a job ends.

    Every method may raise `DatabaseUnavailable`.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._links: AsyncIOMotorCollection[dict[str, Any]] = database["public_links"]
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def open(self, link: MediaLink) -> None:
        """Make the object in the sources bucket readable to whoever knows the token.

        The job's row is told first that it has copies, so that they go when it ends.
        """
        row = {
            "_id": link.token,
            "job_id": link.job_id,
            "attempt": link.attempt,
            "bucket": Bucket.SOURCES.value,
            "key": link.key,
            "type": link.type.value,
            "size_bytes": link.size_bytes,
            "ends_at": link.ends_at,
            "forget_at": link.ends_at + MEDIA_LINK_REMEMBERED,
        }
        with translated():
            await self._jobs.update_one({"_id": link.job_id}, {"$set": {"has_copies": True}})
            await self._links.insert_one(row)

    async def find(self, token: str) -> LinkedMedia | None:
        """Give what the link shows; None for a token that never was, or was forgotten."""
        remembered = {"_id": token, "$expr": {"$gt": ["$forget_at", NOW]}}
        of_job = {"from": "jobs", "localField": "job_id", "foreignField": "_id", "as": "jobs"}
        fields = {"bucket": 1, "key": 1, "type": 1, "size_bytes": 1, "is_alive": _is_alive()}
        with translated():
            found = await self._links.aggregate(
                [{"$match": remembered}, {"$lookup": of_job}, {"$project": fields}]
            ).to_list(1)
        return _linked(found[0]) if found else None


def _is_alive() -> Expression:
    """The job is not finalized, its deadline is ahead, and the link's own attempt has no outcome."""
    its_own = {
        "$and": [
            {"$eq": ["$$attempt.n", "$attempt"]},
            {"$eq": ["$$attempt.outcome", None]},
        ]
    }
    attempts = {"$ifNull": ["$$job.attempts", []]}
    runs = {"$anyElementTrue": {"$map": {"input": attempts, "as": "attempt", "in": its_own}}}
    alive = {"$and": [{"$eq": ["$$job.is_finalized", False]}, {"$gt": ["$ends_at", NOW]}, runs]}
    return {"$let": {"vars": {"job": {"$first": "$jobs"}}, "in": alive}}


def _linked(document: dict[str, Any]) -> LinkedMedia:
    return LinkedMedia(
        bucket=Bucket(document["bucket"]),
        key=document["key"],
        type=PictureType(document["type"]),
        size_bytes=document["size_bytes"],
        is_over=not document["is_alive"],
    )
