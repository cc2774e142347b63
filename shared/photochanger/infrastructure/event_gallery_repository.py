"""Rows of `event_galleries`; when each opens and closes, the database's clock says."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from photochanger.domain.event_gallery import DEFAULT_HOURS_BACK, REMEMBERED_DAYS, EventGallery
from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

_HOUR_MS = 3_600_000
_IS_OPEN = {"$and": [{"$lt": [NOW, "$closes_at"]}, {"$eq": [{"$ifNull": ["$closed_at", None]}, None]}]}
_COMPUTED = frozenset({"id", "is_open", "left_ms"})
_FIELDS = {
    **{name: 1 for name in EventGallery.model_fields if name not in _COMPUTED},
    "is_open": _IS_OPEN,
    "left_ms": {"$toLong": {"$subtract": ["$closes_at", NOW]}},
}


@dataclass(frozen=True)
class NewGallery:
    """A gallery that opens now; `since` None: it shows what was taken in the last 12 hours."""

    id: str
    title: str
    slot_ids: tuple[str, ...]
    minutes: int
    since: datetime | None
    opened_by: str
    passcode_verifier: str | None


class EventGalleryRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._galleries: AsyncIOMotorCollection[dict[str, Any]] = database["event_galleries"]

    async def open(self, new: NewGallery) -> EventGallery:
        """Open it; the same again changes nothing."""
        open_ms = new.minutes * 60_000
        row = {
            "title": literal(new.title),
            "slot_ids": literal(list(new.slot_ids)),
            "since": {"$subtract": [NOW, DEFAULT_HOURS_BACK * _HOUR_MS]} if new.since is None else literal(new.since),
            "opened_at": NOW,
            "closes_at": after_now(open_ms),
            "closed_at": None,
            "opened_by": literal(new.opened_by),
            "passcode_verifier": literal(new.passcode_verifier),
            "forget_at": after_now(open_ms + REMEMBERED_DAYS * 24 * _HOUR_MS),
        }
        is_new = {"$eq": [{"$type": "$opened_at"}, "missing"]}
        change = {"$replaceWith": {"$cond": [is_new, {"_id": "$_id", **row}, "$$ROOT"]}}
        with translated():
            document = await self._galleries.find_one_and_update(
                {"_id": new.id}, [change], _FIELDS, upsert=True, return_document=ReturnDocument.AFTER
            )
        return _gallery(document)

    async def close(self, gallery_id: str) -> bool:
        """Close it before its time; False when it is not open."""
        with translated():
            done = await self._galleries.update_one(
                {"_id": gallery_id, "$expr": _IS_OPEN}, [{"$set": {"closed_at": NOW}}]
            )
        return done.matched_count == 1

    async def read(self, gallery_id: str) -> EventGallery | None:
        """Give it, open or not; None when there never was one, or so long ago that it is forgotten."""
        with translated():
            document = await self._galleries.find_one({"_id": gallery_id}, _FIELDS)
        return None if document is None else _gallery(document)

    async def newest_first(self, *, limit: int, before: str | None = None) -> list[EventGallery]:
        """Give a page; `before` is the last id of the page before it, an unknown one gives nothing."""
        condition: dict[str, Any] = {}
        with translated():
            if before is not None:
                last = await self._galleries.find_one({"_id": before}, {"opened_at": 1})
                if last is None:
                    return []
                same = {"opened_at": last["opened_at"], "_id": {"$lt": before}}
                condition = {"$or": [{"opened_at": {"$lt": last["opened_at"]}}, same]}
            documents = await self._galleries.find(
                condition, _FIELDS, sort=[("opened_at", -1), ("_id", -1)], limit=limit
            ).to_list(None)
        return [_gallery(document) for document in documents]


def _gallery(document: dict[str, Any]) -> EventGallery:
    return EventGallery.model_validate({**document, "id": document["_id"]})
