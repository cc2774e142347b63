"""Which job a dead letter is about, and which letters are kept."""

import pytest

from dispatcher.dead_letters import find_job_id
from tests.read_rows import JOB_ID


@pytest.mark.parametrize(
    ("correlation_id", "body"),
    [(JOB_ID, b"\x00garbage"), (None, f'{{"job_id": "{JOB_ID}"'.encode()), ("strange", JOB_ID.encode())],
    ids=["named by its sender", "in a broken body", "strange correlation"],
)
def test_the_job_is_found_wherever_it_is_named(correlation_id: str | None, body: bytes) -> None:
    assert find_job_id(correlation_id, body) == JOB_ID


def test_a_letter_about_no_job_names_none() -> None:
    assert find_job_id(None, b"\xff\xfe garbage") is None
