"""Why a message died."""

import pytest

from dispatcher.death_reason import death_reason
from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.messages import PhotoOutcome, PhotoSubmitted, PhotoTask
from tests.read_rows import JOB_ID

SUBMITTED = PhotoSubmitted(job_id=JOB_ID).encode()
TASK = PhotoTask(job_id=JOB_ID, attempt=1, provider="gemini").encode()
OUTCOME = PhotoOutcome(job_id=JOB_ID, attempt=1, provider="gemini").encode()


def died(body: bytes, *, word: str | None, queue: str | None = topology.SUBMISSIONS.name) -> Delivery:
    headers = {"x-first-death-reason": word, "x-first-death-queue": queue}
    return Delivery(
        body=body,
        headers={name: value for name, value in headers.items() if value is not None},
        correlation_id=JOB_ID,
        reply_to=None,
        redelivered=False,
        delivery_count=0,
        queue=topology.DEAD_LETTERS.name,
    )


@pytest.mark.parametrize("body", [b"\xff", SUBMITTED[:-1], TASK, b'{"v": 2}'])
def test_what_its_queues_consumer_cannot_read_is_unreadable(body: bytes) -> None:
    assert death_reason(died(body, word="rejected")) is DeathReason.UNREADABLE


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        (topology.SUBMISSIONS.name, SUBMITTED),
        (topology.OUTCOMES.name, OUTCOME),
        (topology.provider_queue("gemini").name, TASK),
    ],
)
def test_what_can_be_read_was_refused(queue: str, body: bytes) -> None:
    assert death_reason(died(body, word="rejected", queue=queue)) is DeathReason.REJECTED


@pytest.mark.parametrize("word", ["delivery_limit", "expired", "maxlen"])
def test_the_brokers_word_says_enough_else(word: str) -> None:
    assert death_reason(died(b"\xff", word=word)).value == word


@pytest.mark.parametrize("word", [None, "unheard_of"])
def test_a_word_that_nobody_knows_is_unknown(word: str | None) -> None:
    assert death_reason(died(SUBMITTED, word=word, queue=None)) is DeathReason.UNKNOWN
