"""Rows of `jobs` as a busy month leaves them: evenings, a few failures, some test runs, booths that move."""

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]

DAYS = 31
SLOTS = tuple(f"slot-{n:02}" for n in range(20))
BOOTHS = tuple(f"DESKTOP-{n:02}" for n in range(30))
#: A slot of which nothing ever came back, a booth that was there for one photo in 20,000.
BROKEN_SLOT, RARE_BOOTH = "slot-broken", "DESKTOP-RARE"
PROVIDERS = ("gemini", "turbotext", "openai")
#: Of a hundred photos of an evening, how many fall into the hours from 0 to 23 UTC.
_HOURS = (2, 1, 1, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 9, 11, 12, 11, 9, 7, 4)
_ENDINGS = (
    (0.92, "done", None, "delivered"),
    (0.03, "timeout", "timeout", "cut"),
    (0.03, "failed", "provider_error", "failed"),
    (0.012, "failed", "provider_refused", "refused"),
    (0.005, "failed", "bad_output", "bad_output"),
    (0.0025, "cancelled", "cancelled", "late"),
    (0.0005, "failed", "internal", "internal"),
)
_PROMPT = (
    "a portrait in the manner of an oil painting, warm light, the faces as they are, the background a ballroom. " * 3
)

_EVENTS = ("received", "dispatched", "provider_responded", "done")


def month_of_rows(count: int, until: datetime, random_: random.Random) -> Iterator[Row]:
    """So many rows of the 31 days before `until`, and 20 photos that are under way."""
    n = 0
    while n < count:
        day = until - timedelta(days=random_.randrange(DAYS))
        hour = random_.choices(range(24), _HOURS)[0]
        came = day.replace(hour=hour, minute=0, second=0, microsecond=0)
        came += timedelta(milliseconds=random_.randrange(3_600_000))
        if came < until - timedelta(minutes=2):
            yield _row(n, came, random_)
            n += 1
    for n in range(20):
        yield _running(count + n, until - timedelta(seconds=n), random_)


def copies(n: int) -> list[dict[str, Any]]:
    """The pipeline that adds the n-th copy of every ended row of the first ones: other ids, some minutes earlier."""
    earlier_ms = n * 61_700
    names = ("created_at", "sync_deadline", "finalized_at", "expires_at")
    times = {name: {"$subtract": [f"${name}", earlier_ms]} for name in names}
    attempt_times = {
        name: {"$subtract": [f"$$attempt.{name}", earlier_ms]} for name in ("dispatched_at", "started", "ended")
    }
    shifted = {"$mergeObjects": ["$$attempt", attempt_times]}
    ids = {name: {"$concat": [f"{n:02x}", {"$substrBytes": [f"${name}", 2, -1]}]} for name in ("_id", "public_id")}
    attempts = {"$map": {"input": "$attempts", "as": "attempt", "in": shifted}}
    return [
        {"$match": {"is_finalized": True, "_id": {"$lt": "01"}}},
        {"$set": {**ids, **times, "attempts": attempts}},
        {"$merge": {"into": "jobs", "whenMatched": "fail"}},
    ]


def _row(n: int, came: datetime, random_: random.Random) -> Row:
    _, status, reason, outcome = random_.choices(_ENDINGS, [ending[0] for ending in _ENDINGS])[0]
    slot = random_.choice(SLOTS)
    if n % 50 == 0:
        slot, status, reason, outcome = BROKEN_SLOT, "failed", "provider_error", "failed"
    total = timedelta(milliseconds=min(47_500, int(random_.lognormvariate(9, 0.5))))
    row = _admitted(came, slot, random_)
    is_test = n % 200 == 1
    row |= {
        "status": status,
        "is_finalized": True,
        "failure_reason": reason,
        "failure_detail": "" if reason is None else "the provider said: 503 model overloaded, try again later",
        "finalized_at": came + total,
        "finalized_by": uuid.UUID(int=random_.getrandbits(128)).hex,
        "expires_at": came + total + timedelta(hours=72),
        "source": "test_run" if is_test else "ingest",
        "booth": RARE_BOOTH if n % 20_000 == 3 else row["booth"],
        "attempts": [_attempt(came, came + total, outcome, random_)],
    }
    if status == "done":
        row |= {
            "result_key": f"{came:%Y/%m/%d}/{row['_id']}/1",
            "result_mime_type": "image/jpeg",
            "result_size_bytes": 1_200_000,
            "result_width": 1024,
            "result_height": 1024,
            "result_sha256": "cd" * 32,
        }
    return row


def _running(n: int, came: datetime, random_: random.Random) -> Row:
    row = _admitted(came, SLOTS[n % len(SLOTS)], random_)
    status = "pending" if n % 4 == 0 else "processing"
    attempts = [] if status == "pending" else [_attempt(came, None, None, random_)]
    return row | {
        "status": status,
        "is_finalized": False,
        "failure_reason": None,
        "source": "ingest",
        "attempts": attempts,
        "next_dispatch_at": came + timedelta(hours=1),
    }


def _admitted(came: datetime, slot: str, random_: random.Random) -> Row:
    # the first two digits are those of the copy
    job_id = f"00{str(uuid.UUID(int=random_.getrandbits(128), version=4))[2:]}"
    # mostly a booth is where it always is
    booth = BOOTHS[sum(slot.encode()) % 20] if random_.random() < 0.9 else random_.choice(BOOTHS)
    return {
        "_id": job_id,
        "public_id": f"00{uuid.UUID(int=random_.getrandbits(128)).hex[2:]}",
        "slot_id": slot,
        "slot_version": 7,
        "slot_snapshot": {
            "version": 7,
            "routes": [
                {"provider": "gemini", "operation": "style_transfer", "params": {"prompt": _PROMPT, "strength": 0.6}},
                {"provider": "turbotext", "operation": "image_edit", "params": {"prompt": _PROMPT}},
            ],
            "template_media": [{"role": "style", "media_id": "0f" * 16}],
            "output": {"format": "auto", "quality": 90, "max_side": None},
            "refuse_without_time": False,
            "limits": {},
        },
        "client": [
            {"name": name, "value": value}
            for name, value in (
                ("time", f"{came:%Y-%m-%d %H:%M:%S}"),
                ("user_id", "12345"),
                ("id", "IMG_0003"),
                ("profile", "Wedding 2026"),
                ("status", "1"),
                ("hash", "ab" * 20),
                ("name", booth),
                ("model", "Canon EOS R6"),
                ("version", "3.30.2"),
            )
        ],
        "booth": booth,
        "filename": f"IMG_{random_.randrange(10_000):04}.JPG",
        "photo": {
            "key": f"{job_id}/source",
            "type": "image/jpeg",
            "size_bytes": 2_940_000,
            "width": 4000,
            "height": 3000,
            "orientation": 1,
            "has_alpha": False,
            "sha256": "ab" * 32,
            "coded_end": None,
        },
        "source_key": f"{job_id}/source",
        "created_at": came,
        "sync_deadline": came + timedelta(seconds=48),
        "window_ms": 48_000,
        "answer_reserve_ms": 500,
        "retention_ms": 72 * 3_600_000,
        "inline_max_bytes": 16_384,
        "result_inline_base64": None,
        "next_dispatch_at": None,
        "dispatch_pause_ms": 2_000,
        "reply_to": "reply.5e0a1b2c",
        "traceparent": "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01",
        "events": [
            {"name": name, "at": came, "detail": ""}
            for name in ("received", "dispatched", "provider_responded", "done")
        ],
    }


def _attempt(came: datetime, ended: datetime | None, outcome: str | None, random_: random.Random) -> Row:
    started = came + timedelta(milliseconds=random_.randrange(20, 400))
    took = None if ended is None else max(1, (ended - started) // timedelta(milliseconds=1) - 60)
    call: Row = {"n": 1, "at": started, "model": "gemini-nano-banana-2.1", "images": 1}
    if outcome is not None:
        call |= {"outcome": outcome if outcome in {"delivered", "refused", "failed"} else "late", "cost_micros": 39_000}
        call["currency"] = "USD"
    return {
        "n": 1,
        "route": 0,
        "provider": random_.choices(PROVIDERS, (70, 20, 10))[0],
        "operation": "style_transfer",
        "cut_left_ms": 500,
        "dispatched_at": came + timedelta(milliseconds=10),
        "owner": "provider-gemini-5e0a1b2c",
        "lease_until": started + timedelta(seconds=6),
        "started": started,
        "ended": ended,
        "outcome": outcome,
        "detail": "",
        "retry_after_seconds": None,
        "calls": 1,
        "ledger": [call],
        "takeovers": 0,
        "provider_reference": "resp-0123456789",
        "provider_ms": took,
    }
