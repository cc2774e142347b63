"""The indexes of every collection."""

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from photochanger.infrastructure.mongo.errors import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

_RUNNING = {"is_finalized": False}
_ENDED = {"is_finalized": True}

INDEXES = {
    "jobs": (
        IndexModel([("public_id", ASCENDING)], name="public_id", unique=True),
        IndexModel([("sync_deadline", ASCENDING)], name="overdue", partialFilterExpression=_RUNNING),
        IndexModel([("next_dispatch_at", ASCENDING)], name="undispatched", partialFilterExpression=_RUNNING),
        IndexModel([("slot_id", ASCENDING)], name="in_flight", partialFilterExpression=_RUNNING),
        IndexModel([("slot_id", ASCENDING), ("created_at", DESCENDING)], name="newest_of_slot"),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel([("expires_at", ASCENDING)], name="expiry"),
        IndexModel(
            [("tombstoned_at", ASCENDING), ("expires_at", ASCENDING), ("_id", ASCENDING)],
            name="retirement",
            partialFilterExpression=_ENDED,
        ),
        IndexModel(
            [("result_missing_at", ASCENDING)],
            name="picture_missing",
            partialFilterExpression={"result_missing_at": {"$type": "date"}},
        ),
        IndexModel(
            [("finalized_at", ASCENDING)],
            name="inline_left",
            partialFilterExpression={"result_inline_base64": {"$type": "string"}},
        ),
    ),
    "sessions": (
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
        IndexModel([("login", ASCENDING)], name="of_user"),
    ),
    "login_failures": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "quotas": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "provider_files": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "public_links": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "dead_letters": (IndexModel([("received_at", DESCENDING)], name="newest"),),
    "preflights": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "audit": (IndexModel([("at", DESCENDING), ("_id", DESCENDING)], name="newest"),),
}


async def ensure_indexes(database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
    """Creates what is missing; every service does it at start, as often as it likes.

    Raises:
        DatabaseUnavailable: try again.
    """
    for collection, indexes in INDEXES.items():
        with translated():
            await database[collection].create_indexes(list(indexes))
