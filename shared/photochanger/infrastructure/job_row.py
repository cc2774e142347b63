"""MongoDB expressions for a row of `jobs`: the database's clock, attempts by number, what a read brings along.

Tried on MongoDB 6.0. `$$NOW` is one value per statement. Everything that came from outside goes through `literal()`:
in a pipeline a booth named `$ingest_password` would be a field path.
"""

from collections.abc import Mapping
from typing import Any

from photochanger.domain.job import Attempt, AttemptOutcome, Job, JobStatus
from photochanger.domain.provider_call import CallEnd
from photochanger.domain.timeout_stage import TimeoutStage
from photochanger.infrastructure.mongo import literal

Expression = dict[str, Any]
Document = dict[str, Any]

#: A lease that is not renewed for so long has lapsed.
LEASE_MS = 6_000
#: The sweep looks again after this, then after twice that, up to the longest pause.
FIRST_DISPATCH_PAUSE_MS, LONGEST_DISPATCH_PAUSE_MS = 2_000, 8_000
#: A running attempt whose lease lapsed so long ago is the sweep's.
ABANDONED_MS = LEASE_MS + 4_000

NOW = "$$NOW"


def after_now(milliseconds: int | str) -> Expression:
    return {"$add": [NOW, milliseconds]}


LEFT_MS: Expression = {"$subtract": ["$sync_deadline", NOW]}
HAS_TIME: Expression = {"$gt": ["$sync_deadline", NOW]}
#: A timeout may be written once no provider call can succeed any more.
WINDOW_IS_OVER: Expression = {"$gte": [NOW, {"$subtract": ["$sync_deadline", "$answer_reserve_ms"]}]}


def _row_fields(*, with_inline: bool) -> Expression:
    names = {field.alias or name for name, field in Job.model_fields.items()} - {"left_ms"}
    if not with_inline:
        names.discard("result_inline_base64")
    return dict.fromkeys(names, 1) | {"left_ms": {"$toInt": LEFT_MS}}


#: A projection gives computed fields only beside named ones; the inline picture is left out unless asked for.
ROW_FIELDS = _row_fields(with_inline=False)
ROW_FIELDS_WITH_INLINE = _row_fields(with_inline=True)
#: For whoever has read the row already: nothing else of it is sent or parsed.
LEFT_ONLY: Expression = {"_id": 1, "left_ms": {"$toInt": LEFT_MS}}
#: For whoever ended a job and has read its row before.
ENDED_ONLY: Expression = {
    **dict.fromkeys(("_id", "slot_id", "status", "failure_reason", "reply_to", "has_copies"), 1),
    **dict.fromkeys(("is_finalized", "finalized_by"), 1),
    "source_key": "$photo.key",
    "provider": {"$last": "$attempts.provider"},
}


def event(name: str, detail: str = "") -> Expression:
    """Append one line to the job's story."""
    return events((name, detail))


def events(*lines: tuple[str, str]) -> Expression:
    """Append lines, each a name and a detail."""
    entries = [{"name": name, "at": NOW, "detail": literal(detail)} for name, detail in lines]
    return {"$concatArrays": ["$events", entries]}


def new_attempt(attempt: Mapping[str, object]) -> Expression:
    """Append an attempt; the fields not given are the model's defaults."""
    given = {"n", "dispatched_at", *attempt}
    defaults = {name: field.get_default() for name, field in Attempt.model_fields.items() if name not in given}
    entry = {"n": {"$add": [{"$size": "$attempts"}, 1]}, "dispatched_at": NOW, **defaults, **attempt}
    return {"$concatArrays": ["$attempts", [entry]]}


def change_attempt(n: int, changes: Expression) -> Expression:
    """Change attempt n; within `changes` its own fields are `$$attempt.…`."""
    changed = {"$mergeObjects": ["$$attempt", changes]}
    return {
        "$map": {
            "input": "$attempts",
            "as": "attempt",
            "in": {"$cond": [{"$eq": ["$$attempt.n", n]}, changed, "$$attempt"]},
        }
    }


def each(list_path: str, changes: Mapping[str, object]) -> Expression:
    """Change every entry of a list; one that the row does not have counts as empty."""
    entries = {"$ifNull": [list_path, []]}
    return {"$map": {"input": entries, "as": "entry", "in": {"$mergeObjects": ["$$entry", changes]}}}


#: What an attempt's ledger is, and what it becomes when a call begins.
_LEDGER: Expression = {"$ifNull": ["$$attempt.ledger", []]}


def call_opened(ledger: Expression | list[Expression] = _LEDGER) -> Expression:
    """Append an entry for a call that begins now."""
    opened = {"n": {"$add": [{"$size": "$$ledger"}, 1]}, "at": NOW}
    return {"$let": {"vars": {"ledger": ledger}, "in": {"$concatArrays": ["$$ledger", [opened]]}}}


def call_closed(end: CallEnd) -> Expression:
    """Complete its entry, unless that is complete already."""
    is_it = {"$eq": ["$$call.n", end.n]}
    is_open = {"$eq": [{"$ifNull": ["$$call.outcome", None]}, None]}
    closed = {"$mergeObjects": ["$$call", literal(end.entry())]}
    return {
        "$map": {
            "input": _LEDGER,
            "as": "call",
            "in": {"$cond": [{"$and": [is_it, is_open]}, closed, "$$call"]},
        }
    }


def is_claimable(n: int, owner: str) -> Expression:
    """Attempt n is the latest, has no outcome, and is unowned, ours, or its lease has lapsed."""
    latest = {"$last": "$attempts"}
    claimable = {
        "$and": [
            {"$eq": ["$$latest.n", n]},
            {"$eq": ["$$latest.outcome", None]},
            {
                "$or": [
                    {"$in": ["$$latest.owner", [None, owner]]},
                    {"$lte": ["$$latest.lease_until", NOW]},
                ]
            },
        ]
    }
    return {"$let": {"vars": {"latest": latest}, "in": claimable}}


def owned_attempt(n: int, owner: str | None) -> Expression:
    """Filter: attempt n is this owner's and has no outcome yet."""
    return {"attempts": {"$elemMatch": {"n": n, "owner": owner, "outcome": None}}}


def timeout_stage() -> Expression:
    """Where the photo is while its window ends, a `TimeoutStage`.

    A worker records a cut at the answer reserve, so the last attempt may have its outcome already.
    """
    was_cut_at_the_end = [
        {"$eq": ["$$latest.outcome", AttemptOutcome.CUT.value]},
        {"$lte": ["$$latest.cut_left_ms", "$answer_reserve_ms"]},
    ]
    runs = {"$or": [{"$eq": ["$$latest.outcome", None]}, {"$and": was_cut_at_the_end}]}
    is_running = {"$and": [{"$gt": ["$$latest.calls", 0]}, runs]}
    is_not_started = {"$eq": [{"$sum": "$attempts.calls"}, 0]}
    otherwise = {"$cond": [is_running, TimeoutStage.RUNNING.value, TimeoutStage.BETWEEN_CALLS.value]}
    stage = {"$cond": [is_not_started, TimeoutStage.NOT_STARTED.value, otherwise]}
    return {"$let": {"vars": {"latest": {"$last": "$attempts"}}, "in": stage}}


def as_job(document: Document | None) -> Job | None:
    return None if document is None else Job.model_validate(document)


def left_ms_of(document: Document | None) -> int | None:
    return None if document is None else int(document["left_ms"])


def is_undispatched() -> Expression:
    """Something is left for the sweep, and it is time."""
    return {"$and": [{"$lte": ["$next_dispatch_at", NOW]}, nobody_works_on_it()]}


def nobody_works_on_it() -> Expression:
    """Pending, an attempt nobody runs, or an outcome that nothing followed."""
    waiting = {
        "$or": [
            {"$eq": ["$status", JobStatus.PENDING.value]},
            {"$eq": ["$$latest.owner", None]},
            {"$ne": ["$$latest.outcome", None]},
            {"$lte": ["$$latest.lease_until", NOW]},
        ]
    }
    return {"$let": {"vars": {"latest": {"$last": "$attempts"}}, "in": waiting}}
