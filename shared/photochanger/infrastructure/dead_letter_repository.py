"""Rows of `dead_letters`: messages that no consumer could take, kept for people."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from photochanger.infrastructure.mongo import literal, translated
from photochanger.messages import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class DeadLetterRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._letters: AsyncIOMotorCollection[dict[str, Any]] = database["dead_letters"]

    async def insert(
        self, queue: str, reason: str, *, headers: Mapping[str, object], body: bytes, job_id: str | None
    ) -> None:
        """Keep one dead message; the same message again changes nothing.

        A body that is no text is kept escaped, an overlong one cut.
        """
        named = [{"name": name, "value": str(value)} for name, value in sorted(headers.items())]
        text = body[:MAX_MESSAGE_BYTES].decode(errors="backslashreplace")
        identity = "\0".join((queue, reason, job_id or "", hashlib.sha256(body).hexdigest(), repr(named)))
        letter = {
            "queue": queue,
            "reason": reason,
            "headers": named,
            "body": text,
            "size_bytes": len(body),
            "job_id": job_id,
        }
        kept = {"$mergeObjects": [literal(letter), {"received_at": {"$ifNull": ["$received_at", "$$NOW"]}}]}
        update = [{"$replaceWith": {"$mergeObjects": [{"_id": "$_id"}, kept]}}]
        with translated():
            await self._letters.update_one({"_id": hashlib.sha256(identity.encode()).hexdigest()}, update, upsert=True)
