"""Rows of jobs as a process has read them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from photochanger.domain.job import Attempt, AttemptOutcome, Job, JobSource, JobStatus, PhotoRecord
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation, Route, SlotSnapshot

JOB_ID = "11111111-2222-3333-4444-555555555555"
DEADLINE = datetime(2026, 1, 1, 12, 0, 48, tzinfo=UTC)

GEMINI = Route(provider="gemini", operation=Operation.STYLE_TRANSFER)
TURBOTEXT = Route(provider="turbotext", operation=Operation.STYLE_TRANSFER)


def a_job(
    *,
    routes: Sequence[Route] = (GEMINI, TURBOTEXT),
    attempts: Sequence[Attempt] = (),
    left_ms: int = 40_000,
    status: JobStatus | None = None,
    refuse_without_time: bool = False,
) -> Job:
    status = status or (JobStatus.PROCESSING if attempts else JobStatus.PENDING)
    return Job(
        _id=JOB_ID,
        slot_id="demo",
        slot_version=1,
        slot_snapshot=SlotSnapshot(version=1, routes=tuple(routes), refuse_without_time=refuse_without_time),
        status=status,
        is_finalized=status not in {JobStatus.PENDING, JobStatus.PROCESSING},
        source=JobSource.INGEST,
        created_at=DEADLINE - timedelta(seconds=48),
        sync_deadline=DEADLINE,
        window_ms=48_000,
        answer_reserve_ms=500,
        retention_ms=72 * 3_600_000,
        photo=a_photo(JOB_ID),
        attempts=tuple(attempts),
        public_id="p" * 32,
        left_ms=left_ms,
    )


def a_photo(job_id: str) -> PhotoRecord:
    return PhotoRecord(
        key=f"{job_id}/source",
        type=PictureType.JPEG,
        size_bytes=1_000,
        width=40,
        height=30,
        orientation=1,
        has_alpha=False,
        sha256="0" * 64,
    )


def an_attempt(
    route: Route = GEMINI,
    outcome: AttemptOutcome | None = None,
    *,
    n: int = 1,
    index: int | None = None,
    owner: str | None = "worker-1",
    lease_left_ms: int = 6_000,
    retry_after_seconds: float | None = None,
    left_ms: int = 40_000,
) -> Attempt:
    """An attempt at `route`, by default the n-th of the slot.

    Its lease ends `lease_left_ms` after the moment when `left_ms` of the window are left.
    """
    read_at = DEADLINE - timedelta(milliseconds=left_ms)
    return Attempt(
        n=n,
        route=n - 1 if index is None else index,
        provider=route.provider,
        operation=route.operation,
        cut_left_ms=500,
        dispatched_at=DEADLINE - timedelta(seconds=47),
        owner=owner,
        lease_until=None if owner is None else read_at + timedelta(milliseconds=lease_left_ms),
        started=None if owner is None else DEADLINE - timedelta(seconds=46),
        outcome=outcome,
        detail=f"{route.provider} said so",
        retry_after_seconds=retry_after_seconds,
    )
