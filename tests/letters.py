"""Dead letters as tests need them."""

import uuid
from datetime import UTC, datetime, timedelta

from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.infrastructure.mongo import Mongo


async def a_letter(
    mongo: Mongo,
    *,
    job_id: str | None = None,
    reason: DeathReason = DeathReason.DELIVERY_LIMIT,
    queue: str = topology.SUBMISSIONS.name,
    body: bytes = b"{}",
) -> str:
    """Keep one and give its id."""
    headers = {"x-first-death-queue": queue, "traceparent": uuid.uuid4().hex}
    return await DeadLetterRepository(mongo.database).insert(queue, reason, headers=headers, body=body, job_id=job_id)


async def keep_the_sweep_away(mongo: Mongo, job_id: str) -> None:
    """Let no sweep help the job by itself in the time of a test."""
    later = {"next_dispatch_at": datetime.now(UTC) + timedelta(hours=1)}
    await mongo.database["jobs"].update_one({"_id": job_id}, {"$set": later})
