"""Each call has an entry in its attempt, written with writes that happen anyway, on a real MongoDB."""

from datetime import UTC, date, datetime, timedelta

from photochanger.domain.job import AttemptOutcome, Job
from photochanger.domain.provider_call import CallEnd, CallOutcome
from photochanger.domain.slot import Operation
from photochanger.domain.usage import Usage
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.ledger_reader import RUNNING, LedgerReader, Span
from photochanger.infrastructure.mongo import Mongo
from tests.job_rows import delivery, new_job

USED = Usage(model="$model", input_tokens=1_300, output_tokens=1_120)
DELIVERED = CallEnd(1, CallOutcome.DELIVERED, 39_100, "USD", USED)
FAILED = CallEnd(1, CallOutcome.FAILED, 0, "USD")


async def claimed(jobs: JobRepository, attempts: AttemptRepository, *, left_ms: int = 10_000) -> Job:
    new = new_job()
    await jobs.admit(new, left_ms=left_ms)
    await jobs.start_attempt(
        new.id, route=0, provider="gemini", operation=Operation.STYLE_TRANSFER, cut_left_ms=500, after=0
    )
    job = await attempts.claim(new.id, 1, "A", with_first_call=True)
    assert job is not None
    return job


def with_call(call: CallEnd) -> Delivery:
    plain = delivery(1, "A")
    return Delivery(n=plain.n, owner=plain.owner, result=plain.result, call=call)


async def test_the_claim_opens_the_first_call_and_the_picture_closes_it(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await claimed(jobs, attempts)
    [opened] = job.attempts[0].ledger

    await jobs.finish_done(job.id, with_call(DELIVERED))

    done = await jobs.get(job.id)
    assert (opened.n, opened.outcome, opened.at) == (1, None, job.attempts[0].started)
    assert done is not None
    [closed] = done.attempts[0].ledger
    assert closed.at == opened.at
    assert (closed.outcome, closed.cost_micros, closed.currency) == (CallOutcome.DELIVERED, 39_100, "USD")
    assert (closed.model, closed.input_tokens, closed.output_tokens) == ("$model", 1_300, 1_120)


async def test_a_retry_closes_the_call_before_it_and_an_end_its_own_alone(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await claimed(jobs, attempts)

    assert await attempts.note_call(job.id, 1, "A", ended=FAILED)
    assert await attempts.note_call(job.id, 1, "A")
    end = AttemptEnd(AttemptOutcome.CUT, call=CallEnd(3, CallOutcome.LATE, None, "USD"))
    ended = await attempts.record_outcome(job.id, 1, owner="A", end=end)

    assert ended is not None
    assert [call.n for call in ended.attempts[0].ledger] == [1, 2, 3]
    assert [call.outcome for call in ended.attempts[0].ledger] == [CallOutcome.FAILED, None, CallOutcome.LATE]


async def test_a_call_that_was_closed_is_never_closed_again(jobs: JobRepository, attempts: AttemptRepository) -> None:
    job = await claimed(jobs, attempts)
    await attempts.note_call(job.id, 1, "A", ended=FAILED)

    ended = await attempts.record_outcome(
        job.id, 1, owner="A", end=AttemptEnd(AttemptOutcome.LATE, call=CallEnd(1, CallOutcome.LATE, 7, "USD"))
    )

    assert ended is not None
    assert [(call.outcome, call.cost_micros) for call in ended.attempts[0].ledger] == [
        (CallOutcome.FAILED, 0),
        (None, None),
    ]


async def test_a_call_that_was_counted_ahead_and_never_made_leaves_no_entry(
    jobs: JobRepository, attempts: AttemptRepository
) -> None:
    job = await claimed(jobs, attempts)

    ended = await attempts.record_outcome(job.id, 1, owner="A", end=AttemptEnd(AttemptOutcome.NOT_STARTED))

    assert ended is not None
    assert (ended.attempts[0].calls, ended.attempts[0].ledger) == (0, ())


async def test_a_row_of_before_there_was_a_ledger_gets_one_with_its_next_call(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await claimed(jobs, attempts)
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$unset": {"attempts.0.ledger": 1}})

    assert await attempts.note_call(job.id, 1, "A", ended=FAILED)

    row = await jobs.get(job.id)
    assert row is not None
    assert [(call.n, call.outcome) for call in row.attempts[0].ledger] == [(1, None)]


async def test_what_it_cost_outlives_picture_and_client_data(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await claimed(jobs, attempts)
    await jobs.finish_done(job.id, with_call(DELIVERED))
    past = datetime.now(UTC) - timedelta(seconds=1)
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"expires_at": past}})

    assert await JobRetention(mongo.database).bury([job.id]) == 1

    row = await jobs.get(job.id)
    assert row is not None
    assert (row.result_key, row.attempts[0].ledger[0].cost_micros) == (None, 39_100)


async def test_an_open_call_is_unknown_once_its_job_has_ended(
    jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo
) -> None:
    job = await claimed(jobs, attempts)
    reader, now = LedgerReader(mongo.database), datetime.now(UTC)
    span = Span(now - timedelta(minutes=5), now + timedelta(minutes=5), job.slot_id)

    before, listed_before = await reader.sums(span), await reader.uncertain(span)
    await jobs.finish_cancelled(job.id, detail="")
    after, listed_after = await reader.sums(span), await reader.uncertain(span)

    assert [(group.outcome, group.calls, group.uncertain) for group in before] == [(RUNNING, 1, 0)]
    assert [(group.outcome, group.calls, group.uncertain) for group in after] == [("unknown", 1, 1)]
    assert listed_before == []
    assert [(call.job_id, call.outcome) for call in listed_after] == [(job.id, CallOutcome.UNKNOWN)]


async def test_a_day_is_the_providers_own(jobs: JobRepository, attempts: AttemptRepository, mongo: Mongo) -> None:
    job = await claimed(jobs, attempts)
    await jobs.finish_done(job.id, with_call(DELIVERED))
    at = datetime(2026, 3, 8, 7, 59, tzinfo=UTC)  # in Los Angeles still the 7th, an hour later the 8th
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$set": {"created_at": at, "attempts.0.ledger.0.at": at}})
    reader, span = LedgerReader(mongo.database), (at - timedelta(hours=1), at + timedelta(hours=1), job.slot_id)

    pacific = await reader.sums(Span(*span, {"gemini": "America/Los_Angeles"}))
    universal = await reader.sums(Span(*span))

    assert [group.day for group in (*pacific, *universal)] == [date(2026, 3, 7), date(2026, 3, 8)]
