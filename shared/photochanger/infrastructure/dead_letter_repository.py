"""Rows of `dead_letters`: messages that no consumer could take, kept for people."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from photochanger.domain.dead_letter import DeadLetter, DeathReason
from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated
from photochanger.messages import MAX_MESSAGE_BYTES
from photochanger.observability.redaction import redact, redact_document

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: As long as the row of a job is kept as a tombstone; what merely expired says little, and comes in crowds.
KEPT_DAYS, EXPIRED_KEPT_DAYS = 30, 3
_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LetterFilter:
    """What a list is cut down to; None: no matter. `since` counts, `until` does not."""

    reason: DeathReason | None = None
    queue: str | None = None
    job_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_replayed: bool | None = None

    def condition(self) -> dict[str, Any]:
        named = {
            "queue": self.queue,
            "job_id": self.job_id,
            "reason": None if self.reason is None else self.reason.value,
        }
        found: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        times = {"$gte": self.since, "$lt": self.until}
        if given := {operator: time for operator, time in times.items() if time is not None}:
            found["received_at"] = given
        if self.is_replayed is not None:
            found["replayed_at"] = {"$ne": None} if self.is_replayed else None
        return found


class DeadLetterRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._letters: AsyncIOMotorCollection[dict[str, Any]] = database["dead_letters"]

    async def insert(
        self, queue: str, reason: DeathReason, *, headers: Mapping[str, object], body: bytes, job_id: str | None
    ) -> str:
        """Keep one dead message and give its id; the same message again changes nothing.

        A body that is no text is kept escaped, an overlong one cut; secrets are hidden.
        """
        named = [{"name": name, "value": str(redact(value, name))} for name, value in sorted(headers.items())]
        told = repr(sorted((name, str(value)) for name, value in headers.items()))
        identity = "\0".join((queue, reason, job_id or "", hashlib.sha256(body).hexdigest(), told))
        letter = {
            "queue": queue,
            "reason": reason.value,
            "headers": named,
            "body": redact_document(body[:MAX_MESSAGE_BYTES].decode(errors="backslashreplace")),
            "size_bytes": len(body),
            "job_id": job_id,
            "replayed_at": None,
            "replayed_by": None,
            "version": 0,
        }
        kept_days = EXPIRED_KEPT_DAYS if reason is DeathReason.EXPIRED else KEPT_DAYS
        timed = {"received_at": NOW, "forget_at": after_now(kept_days * _DAY_MS)}
        is_new = {"$eq": [{"$type": "$received_at"}, "missing"]}
        fresh = {"$mergeObjects": [{"_id": "$_id"}, literal(letter), timed]}
        letter_id = hashlib.sha256(identity.encode()).hexdigest()
        with translated():
            await self._letters.update_one(
                {"_id": letter_id}, [{"$replaceWith": {"$cond": [is_new, fresh, "$$ROOT"]}}], upsert=True
            )
        return letter_id

    async def newest_first(
        self, *, limit: int, after: str | None = None, wanted: LetterFilter = LetterFilter()
    ) -> list[DeadLetter]:
        """Give a page without bodies and headers; `after` is `cursor_of` the last letter of the page before it."""
        conditions = [wanted.condition()]
        if after is not None:
            milliseconds, _, letter_id = after.partition("-")
            at = _EPOCH + timedelta(milliseconds=int(milliseconds))
            conditions.append({"$or": [{"received_at": {"$lt": at}}, {"received_at": at, "_id": {"$lt": letter_id}}]})
        with translated():
            documents = await self._letters.find(
                {"$and": conditions},
                {"headers": 0, "body": 0},
                sort=[("received_at", -1), ("_id", -1)],
                limit=limit,
            ).to_list(None)
        return [DeadLetter.model_validate(document) for document in documents]

    async def get(self, letter_id: str) -> DeadLetter | None:
        with translated():
            document = await self._letters.find_one({"_id": letter_id})
        return None if document is None else DeadLetter.model_validate(document)

    async def find(self, letter_ids: Sequence[str]) -> list[DeadLetter]:
        """Give those of the letters that there are, without bodies and headers."""
        with translated():
            documents = await self._letters.find({"_id": {"$in": list(letter_ids)}}, {"headers": 0, "body": 0}).to_list(
                None
            )
        return [DeadLetter.model_validate(document) for document in documents]

    async def claim(self, letter_id: str, *, by: str) -> bool:
        """Let this caller, and no other one ever, replay the letter."""
        change = {"replayed_at": NOW, "replayed_by": literal(by), "version": _NEXT_VERSION}
        with translated():
            done = await self._letters.update_one({"_id": letter_id, "replayed_at": None}, [{"$set": change}])
        return done.modified_count == 1

    async def give_back(self, letter_id: str) -> None:
        """Say that the claimed letter was not replayed after all."""
        change = {"replayed_at": None, "replayed_by": None, "version": _NEXT_VERSION}
        with translated():
            await self._letters.update_one({"_id": letter_id}, [{"$set": change}])

    async def discard(self, letter_id: str, *, expected_version: int) -> bool:
        """Remove the letter; False when it was changed meanwhile."""
        version = {"$in": [0, None]} if expected_version == 0 else expected_version
        with translated():
            done = await self._letters.delete_one({"_id": letter_id, "version": version})
        return done.deleted_count == 1

    async def discard_all(self, letter_ids: Sequence[str]) -> int:
        """Remove the letters and give how many there were."""
        with translated():
            return (await self._letters.delete_many({"_id": {"$in": list(letter_ids)}})).deleted_count


_NEXT_VERSION = {"$add": [{"$ifNull": ["$version", 0]}, 1]}


def cursor_of(letter: DeadLetter) -> str:
    """Give what `newest_first` goes on after; it stays good when the letter itself is gone."""
    return f"{round((letter.received_at - _EPOCH) / timedelta(milliseconds=1))}-{letter.id}"
