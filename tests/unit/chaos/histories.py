"""Made-up histories: one good photo, and what a test changes about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.history import BoothLog, Death, History, Link, ProviderCall, Row, StoredObject

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
JOB = "11111111-2222-3333-4444-555555555555"
KEY = f"2026/01/01/{JOB}/1"
HOUR_MS = 3_600_000


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


A_BOOTH = BoothLog(
    request_id="photo-1",
    slot_id="photo-1",
    window_seconds=10.0,
    sent_at=BEGAN,
    sent_sha256="sent",
    status=200,
    job_id=JOB,
    first_byte_after=2.0,
    total_seconds=2.1,
    body_sha256="picture",
)
A_ROW = Row(
    job_id=JOB,
    request_id="photo-1",
    slot_id="photo-1",
    status="done",
    is_finalized=True,
    failure_reason=None,
    failure_detail="",
    created_at=after(0.1),
    sync_deadline=after(10),
    retention_ms=72 * HOUR_MS,
    finalized_at=after(1.9),
    expires_at=after(1.9 + 72 * 3600),
    result_key=KEY,
    result_sha256="picture",
    result_size_bytes=7,
    result_mime_type="image/jpeg",
    public_id="p",
    attempts=(("gemini", 1, "delivered"),),
    events=(("received", after(0.1)), ("done", after(1.9))),
    first_dispatch_at=after(0.2),
)
A_CALL = ProviderCall("photo-1", "gemini", after(0.4), 1.2)
A_PICTURE = StoredObject("results", KEY, after(1.8))
A_LINK = Link(JOB, after(3), 200, "picture")
TIMED_OUT: dict[str, Any] = {
    "status": "timeout",
    "failure_reason": "timeout",
    "finalized_at": after(9.6),
    "expires_at": after(9.6 + 72 * 3600),
    "result_key": None,
    "result_sha256": None,
    "result_size_bytes": None,
    "result_mime_type": None,
    "attempts": (("gemini", 1, "late"),),
    "events": (("received", after(0.1)), ("timeout", after(9.6))),
}
GOOD = History(
    looked_at=after(20),
    booths=(A_BOOTH,),
    rows=(A_ROW,),
    first_rows=(A_ROW,),
    calls=(A_CALL,),
    objects=(A_PICTURE,),
    links=(A_LINK,),
    queued_messages={"provider.gemini.v1": 0},
    is_settled=True,
)


def killed(service: str, seconds: float) -> Death:
    return Death(service, after(seconds))


def with_booth(history: History = GOOD, **changes: Any) -> History:
    return replace(history, booths=(replace(A_BOOTH, **changes),))


def with_row(history: History = GOOD, **changes: Any) -> History:
    row = replace(A_ROW, **changes)
    return replace(history, rows=(row,), first_rows=(row,))
