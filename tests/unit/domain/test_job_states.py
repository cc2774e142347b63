"""The state machine of a job."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.failure import FailureReason, problem_for
from photochanger.domain.job import (
    REASON_OF_OUTCOME,
    RUNNING,
    TERMINAL,
    TRANSITIONS,
    AttemptOutcome,
    IllegalTransition,
    JobStatus,
    advance,
    states_leading_to,
)

statuses = st.sampled_from(JobStatus)


@given(statuses, statuses)
def test_advance_allows_exactly_what_the_table_lists(current: JobStatus, new: JobStatus) -> None:
    if new in TRANSITIONS[current]:
        assert advance(current, new) is new
    else:
        with pytest.raises(IllegalTransition):
            advance(current, new)


@given(st.lists(statuses, max_size=12))
def test_no_walk_leaves_a_terminal_state(walk: list[JobStatus]) -> None:
    current, ended_as = JobStatus.PENDING, None

    for step in walk:
        try:
            current = advance(current, step)
        except IllegalTransition:
            continue
        assert ended_as is None, f"{ended_as} became {current}"
        ended_as = current if current in TERMINAL else None


@given(statuses, statuses)
def test_the_filter_of_a_compare_and_set_is_the_table_read_backwards(current: JobStatus, new: JobStatus) -> None:
    assert (current in states_leading_to(new)) == (new in TRANSITIONS[current])


def test_a_picture_can_only_come_from_a_job_in_work() -> None:
    assert states_leading_to(JobStatus.DONE) == {JobStatus.PROCESSING}


def test_every_running_job_can_time_out_fail_and_be_cancelled() -> None:
    for end in (JobStatus.TIMEOUT, JobStatus.FAILED, JobStatus.CANCELLED):
        assert states_leading_to(end) == RUNNING


def test_only_a_timeout_is_answered_with_504() -> None:
    answers = {reason: problem_for(reason).status for reason in FailureReason}

    assert [reason for reason, status in answers.items() if status == 504] == [FailureReason.TIMEOUT]


def test_each_failure_that_is_ours_or_passes_says_when_to_try_again() -> None:
    for reason in FailureReason:
        problem = problem_for(reason)
        if problem.status in (500, 503):
            assert problem.retry_after_seconds, reason


def test_a_slow_attempt_never_becomes_a_provider_error() -> None:
    assert AttemptOutcome.CUT not in REASON_OF_OUTCOME
    assert AttemptOutcome.LOST not in REASON_OF_OUTCOME
