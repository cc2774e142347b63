"""The pictures that an event's gallery shows, asked of the rows each time: what is revoked or expired is not there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from photochanger.domain.event_gallery import EventGallery
from photochanger.domain.job import JobSource, JobStatus
from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class GalleryPicture(BaseModel):
    """A finished picture; `taken_at` is when its photo came."""

    model_config = ConfigDict(frozen=True)

    public_id: str
    taken_at: datetime
    expires_at: datetime
    mime_type: str
    width: int
    height: int


class GalleryPictures:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def newest_first(
        self, gallery: EventGallery, *, limit: int, before: str | None = None
    ) -> list[GalleryPicture]:
        """Give a page; `before` is the last public id of the page before it, an unknown one gives nothing."""
        conditions: list[dict[str, Any]] = [
            {
                "slot_id": {"$in": list(gallery.slot_ids)},
                "source": JobSource.INGEST.value,
                "status": JobStatus.DONE.value,
                # a revoked picture has none
                "result_key": {"$type": "string"},
                "created_at": {"$gte": gallery.since},
                "$expr": {"$gt": ["$expires_at", NOW]},
            }
        ]
        with translated():
            if before is not None:
                last = await self._jobs.find_one({"public_id": before}, {"created_at": 1})
                if last is None:
                    return []
                same = {"created_at": last["created_at"], "_id": {"$lt": last["_id"]}}
                conditions.append({"$or": [{"created_at": {"$lt": last["created_at"]}}, same]})
            documents = await self._jobs.find(
                {"$and": conditions}, _FIELDS, sort=[("created_at", -1), ("_id", -1)], limit=limit
            ).to_list(None)
        return [GalleryPicture.model_validate(document) for document in documents]


_FIELDS = {
    "_id": 0,
    "public_id": 1,
    "taken_at": "$created_at",
    "expires_at": 1,
    "mime_type": "$result_mime_type",
    "width": "$result_width",
    "height": "$result_height",
}
