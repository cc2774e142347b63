"""The indexes of every collection.

Each index of `jobs` costs CPU at each photo: an entry when the row is admitted, and two more at each later write that
changes one of its fields. So what lists are cut down by is in few indexes, of fields that stay the same while the
result lives, or only of rows that are few; `docs/jobs-and-results.md` says what each is for and what it costs.
"""

from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from photochanger.infrastructure.mongo.errors import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

_RUNNING = {"is_finalized": False}
_ENDED = {"is_finalized": True}
#: The order of every list: newest first, and of one moment by id.
_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = {
    "jobs": (
        IndexModel([("public_id", ASCENDING)], name="public_id", unique=True),
        IndexModel([("sync_deadline", ASCENDING)], name="overdue", partialFilterExpression=_RUNNING),
        IndexModel([("next_dispatch_at", ASCENDING)], name="undispatched", partialFilterExpression=_RUNNING),
        IndexModel([("slot_id", ASCENDING)], name="in_flight", partialFilterExpression=_RUNNING),
        IndexModel(_NEWEST_FIRST, name="newest"),
        # null until a photo fails; a list of a slot alone merges the reasons
        IndexModel([("slot_id", ASCENDING), ("failure_reason", ASCENDING), *_NEWEST_FIRST], name="of_slot"),
        # a list of a booth alone merges the slots that it posted to
        IndexModel(
            [("booth", ASCENDING), ("slot_id", ASCENDING), *_NEWEST_FIRST],
            name="of_booth",
            # not `$type`: the server would read each row to see that it holds
            partialFilterExpression={"booth": {"$gt": ""}},
        ),
        IndexModel(
            [("failure_reason", ASCENDING), *_NEWEST_FIRST, ("booth", ASCENDING)],
            name="failures",
            partialFilterExpression={"failure_reason": {"$type": "string"}},
        ),
        IndexModel(
            [("source", ASCENDING), *_NEWEST_FIRST, ("slot_id", ASCENDING)],
            name="test_runs",
            partialFilterExpression={"source": "test_run"},
        ),
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
    "slot_revisions": (IndexModel([("slot_id", ASCENDING), ("version", DESCENDING)], name="newest"),),
    "event_galleries": (
        IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
        IndexModel([("opened_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
    ),
    "sessions": (
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
        IndexModel([("login", ASCENDING)], name="of_user"),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
    ),
    "api_tokens": (
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=30 * 24 * 3_600),
        IndexModel([("login", ASCENDING)], name="of_user"),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
    ),
    "request_rates": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "idempotency_keys": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "login_failures": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "quotas": (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "provider_files": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "public_links": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "dead_letters": (
        IndexModel([("received_at", DESCENDING), ("_id", DESCENDING)], name="newest_first"),
        IndexModel([("job_id", ASCENDING)], name="of_job"),
        IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ),
    "preflights": (IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    "audit": (IndexModel([("at", DESCENDING), ("_id", DESCENDING)], name="newest"),),
}
#: Those of before, which others have taken the place of.
RETIRED = {"jobs": ("newest_of_slot", "expiry")}
#: The server's codes for a collection and an index that are not there.
_NOT_THERE = frozenset({26, 27})


async def ensure_indexes(database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
    """Creates what is missing and drops what is retired; every service does it at start, as often as it likes.

    Raises:
        DatabaseUnavailable: try again.
    """
    for collection, indexes in INDEXES.items():
        with translated():
            await database[collection].create_indexes(list(indexes))
    for collection, names in RETIRED.items():
        for name in names:
            with translated():
                await _drop(database, collection, name)


async def _drop(database: "AsyncIOMotorDatabase[dict[str, Any]]", collection: str, name: str) -> None:
    try:
        await database[collection].drop_index(name)
    except OperationFailure as error:
        if error.code not in _NOT_THERE:
            raise
