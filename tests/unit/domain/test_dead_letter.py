"""Which dead letters a replay can help."""

from datetime import UTC, datetime

import pytest

from photochanger.domain.dead_letter import DeadLetter, JobOutlook, Replay, replay_outlook
from photochanger.domain.job import JobStatus

AT = datetime(2026, 11, 28, 20, 15, tzinfo=UTC)
LETTER = DeadLetter(_id="a" * 64, queue="q", reason="rejected", size_bytes=1, received_at=AT)
WAITING = JobOutlook(
    _id="8c2a3b1e-0000-4000-8000-000000000000",
    status=JobStatus.PENDING,
    is_finalized=False,
    left_ms=5_000,
    is_waiting=True,
    is_due=False,
)


@pytest.mark.parametrize(
    ("changes", "outlook"),
    [
        ({}, Replay.CAN_BE_REPLAYED),
        ({"left_ms": 0}, Replay.TOO_LATE),
        ({"left_ms": -1}, Replay.TOO_LATE),
        ({"is_finalized": True, "status": JobStatus.DONE}, Replay.TOO_LATE),
        ({"is_waiting": False}, Replay.UNDER_WAY),
        ({"is_due": True}, Replay.UNDER_WAY),
    ],
)
def test_what_a_replay_would_do_follows_from_the_jobs_row(changes: dict[str, object], outlook: Replay) -> None:
    assert replay_outlook(LETTER, WAITING.model_copy(update=changes)) is outlook


def test_a_letter_about_no_known_job_helps_nobody() -> None:
    assert replay_outlook(LETTER, None) is Replay.NO_JOB


def test_a_letter_is_replayed_once() -> None:
    assert replay_outlook(LETTER.model_copy(update={"replayed_at": AT}), WAITING) is Replay.ALREADY_REPLAYED
