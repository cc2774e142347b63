"""Whoever looks at a photo that failed is told why, and what to do."""

import pytest

from admin_api.jobs.failure_help import failure_shown
from photochanger.domain.failure import FailureReason, problem_for
from photochanger.domain.job import JobStatus
from photochanger.domain.timeout_stage import TimeoutStage
from tests.read_rows import a_job


@pytest.mark.parametrize("reason", FailureReason)
def test_every_reason_is_told_in_words_with_what_the_booth_got(reason: FailureReason) -> None:
    job = a_job(status=JobStatus.FAILED).model_copy(update={"failure_reason": reason, "failure_detail": "it said no"})

    shown = failure_shown(job)

    assert shown is not None
    assert (shown.code, shown.http_status) == (problem_for(reason).code, problem_for(reason).status)
    assert shown.what_happened.endswith(".")
    assert shown.what_to_do.endswith(".")
    assert shown.detail == "it said no"


@pytest.mark.parametrize("stage", TimeoutStage)
def test_a_timeout_says_where_the_photo_was(stage: TimeoutStage) -> None:
    job = a_job(status=JobStatus.TIMEOUT)

    shown = failure_shown(job.model_copy(update={"failure_reason": FailureReason.TIMEOUT, "failure_detail": stage}))
    unknown = failure_shown(job.model_copy(update={"failure_reason": FailureReason.TIMEOUT}))

    assert shown is not None
    assert unknown is not None
    assert shown.what_happened.startswith(unknown.what_happened)
    assert len(shown.what_happened) > len(unknown.what_happened)


def test_a_picture_that_came_back_has_no_failure() -> None:
    assert failure_shown(a_job(status=JobStatus.DONE)) is None
