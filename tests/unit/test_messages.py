"""What travels through the broker."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.job import JobStatus
from photochanger.messages import (
    MAX_MESSAGE_BYTES,
    JobEnded,
    JobEvent,
    Message,
    PhotoOutcome,
    PhotoSubmitted,
    PhotoTask,
    UnreadableMessage,
    decode,
)

JOB = "0b5b2c7e-0f5a-4f6e-9c39-0c8f3d2a1b00"

MESSAGES = [
    PhotoSubmitted(job_id=JOB),
    PhotoTask(job_id=JOB, attempt=1, provider="gemini"),
    PhotoOutcome(job_id=JOB, attempt=1, provider="gemini"),
    JobEnded(job_id=JOB, status=JobStatus.DONE),
    JobEvent(job_id=JOB, slot_id="demo", status=JobStatus.DONE),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_survives_the_broker(message: Message) -> None:
    assert decode(type(message), message.encode()) == message


@given(st.binary(max_size=200))
def test_garbage_is_unreadable_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode(PhotoSubmitted, body)


@pytest.mark.parametrize("change", [{"v": 2}, {"surprise": 1}, {"job_id": "../etc"}])
def test_another_version_unknown_fields_and_odd_ids_are_unreadable(change: dict[str, object]) -> None:
    body = json.dumps({"v": 1, "job_id": JOB} | change).encode()

    with pytest.raises(UnreadableMessage):
        decode(PhotoSubmitted, body)


def test_a_message_that_is_too_large_is_not_even_read() -> None:
    body = json.dumps({"v": 1, "job_id": JOB}).encode().ljust(MAX_MESSAGE_BYTES + 1)

    with pytest.raises(UnreadableMessage, match="bytes"):
        decode(PhotoSubmitted, body)
