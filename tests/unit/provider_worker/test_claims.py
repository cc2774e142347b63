"""Whose an attempt is."""

import time

from photochanger import topology
from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.observability import Telemetry
from photochanger.provider_worker.attempt_ends import AttemptEnds
from photochanger.provider_worker.claims import Claims
from tests.provider_fakes import JOB_ID, OWNER, FakeAttempts, FakeJobs, ListeningBroker, attempt_row, job_row


def claims(attempts: FakeAttempts, jobs: FakeJobs, broker: ListeningBroker | None = None) -> Claims:
    ends = AttemptEnds(attempts, broker or ListeningBroker(), Telemetry("test").metrics, owner=OWNER)
    return Claims(jobs, attempts, ends, owner=OWNER)


async def test_a_free_attempt_is_ours_with_the_rows_time() -> None:
    assignment = await claims(FakeAttempts(job_row(left_ms=10_000)), FakeJobs(None)).claim(JOB_ID, 1)

    assert assignment is not None
    assert 9.3 < assignment.seconds_for_calls() <= 9.5


async def test_an_ended_job_leaves_nothing_to_do() -> None:
    ended = job_row(status=JobStatus.TIMEOUT, is_finalized=True)

    assert await claims(FakeAttempts(None), FakeJobs(ended)).claim(JOB_ID, 1) is None


async def test_an_overdue_job_leaves_nothing_to_do() -> None:
    assert await claims(FakeAttempts(None), FakeJobs(job_row(left_ms=0))).claim(JOB_ID, 1) is None


async def test_a_row_that_is_gone_leaves_nothing_to_do() -> None:
    assert await claims(FakeAttempts(None), FakeJobs(None)).claim(JOB_ID, 1) is None


async def test_an_end_whose_hint_may_be_lost_is_announced_again() -> None:
    broker = ListeningBroker()
    ended = job_row(attempt_row(outcome=AttemptOutcome.REFUSED))

    assert await claims(FakeAttempts(None), FakeJobs(ended), broker).claim(JOB_ID, 1) is None
    assert [message.routing_key for message in broker.published] == [topology.OUTCOMES.name]


async def test_an_end_that_was_followed_up_is_not_announced_again() -> None:
    broker = ListeningBroker()
    switched = job_row(attempt_row(outcome=AttemptOutcome.REFUSED), attempt_row(2, provider="turbotext"))

    assert await claims(FakeAttempts(None), FakeJobs(switched), broker).claim(JOB_ID, 1) is None
    assert broker.published == []


async def test_a_message_of_a_lost_attempt_leads_to_its_successor() -> None:
    row = job_row(attempt_row(outcome=AttemptOutcome.LOST), attempt_row(2))
    attempts = FakeAttempts(None, row)

    assignment = await claims(attempts, FakeJobs(row)).claim(JOB_ID, 1)

    assert assignment is not None
    assert assignment.n == 2


async def test_an_attempt_of_a_living_process_is_watched_and_taken_when_its_lease_lapses() -> None:
    theirs = job_row(attempt_row(owner="other"))
    attempts = FakeAttempts(None, job_row(attempt_row(owner=OWNER, takeovers=1)))
    started = time.monotonic()

    assignment = await claims(attempts, FakeJobs(theirs)).claim(JOB_ID, 1)

    assert assignment is not None
    assert attempts.claimed == [1, 1]
    assert 0.9 < time.monotonic() - started < 1.5


async def test_watching_ends_with_the_window() -> None:
    theirs = job_row(attempt_row(owner="other"), left_ms=50)

    assert await claims(FakeAttempts(None), FakeJobs(theirs, job_row(left_ms=0))).claim(JOB_ID, 1) is None
