"""What a process's calls teach, and that nobody learns it twice."""

import asyncio
from datetime import UTC, datetime

import pytest

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.latency import LatencyBook
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import Telemetry
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_times import CallTimes
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.running_attempts import RunningAttempt
from photochanger.provider_worker.work import MadePicture
from tests.latencies import book, latency
from tests.provider_fakes import (
    BLANK,
    FakeAttempts,
    FakeDecoder,
    FakeLatencies,
    ScriptedAdapter,
    hang,
    job_row,
    just_claimed,
    picture_maker,
)

ROUTE = Route(provider="gemini", operation=Operation.STYLE_TRANSFER)
PICTURE = ProviderAnswer(b"picture")


async def answers_after_a_moment(_: ProviderRequest) -> ProviderAnswer:
    await asyncio.sleep(0.02)
    return PICTURE


class Calls:
    """One attempt's calls and what was learned of them."""

    def __init__(self, adapter: ScriptedAdapter, known: LatencyBook | None = None) -> None:
        self.adapter = adapter
        self.latencies = FakeLatencies(known)
        self.attempts = FakeAttempts(None)
        self.times = CallTimes(self.latencies)

    async def make(self, *, left_ms: int = 20_000, **attempt: object) -> object:
        await self.times.exchange()
        self.maker = picture_maker(
            self.adapter, self.attempts, Telemetry("test"), decoder=FakeDecoder(), times=self.times
        )
        job = job_row(just_claimed(1, **attempt), left_ms=left_ms)
        self.assignment = Assignment.of(job, 1, asked_at=asyncio.get_running_loop().time())
        async with AnswerPlaces(1).one() as place:
            made = await self.maker.make(self.assignment, RunningAttempt("job"), place=place)
        return made if isinstance(made, MadePicture) else made.outcome

    async def learned(self) -> dict[Measure, int]:
        """How many samples were written of each measure."""
        await self.times.exchange()
        written = [(measure, n) for counts in self.latencies.added for (_, measure, _), n in counts.items()]
        return {measure: sum(n for each, n in written if each is measure) for measure, _ in written}


async def test_a_call_with_a_picture_is_a_sample_and_its_wait_and_finish_too() -> None:
    calls = Calls(ScriptedAdapter(answers_after_a_moment))

    made = await calls.make()
    assert isinstance(made, MadePicture)
    calls.maker.note_delivered(calls.assignment, made)

    assert await calls.learned() == {Measure.WAIT: 1, Measure.CALL: 1, Measure.FINISH: 1}
    (counts,) = calls.latencies.added
    (bucket,) = [bucket for (_, measure, bucket) in counts if measure is Measure.CALL]
    assert bucket_of(20) <= bucket <= bucket_of(500)


async def test_a_call_that_was_cut_is_a_sample_of_its_own_kind() -> None:
    calls = Calls(ScriptedAdapter(hang))

    assert await calls.make(left_ms=1_600) is AttemptOutcome.CUT

    assert await calls.learned() == {Measure.WAIT: 1, Measure.CUT: 1}


@pytest.mark.parametrize(
    "step",
    [ProviderFailure(FailureKind.OVERLOADED, ""), ProviderFailure(FailureKind.REFUSED, ""), ProviderAnswer(BLANK)],
    ids=["failed", "refused", "no usable picture"],
)
async def test_a_call_that_failed_quickly_says_nothing_of_how_long_pictures_take(
    step: ProviderFailure | ProviderAnswer,
) -> None:
    calls = Calls(ScriptedAdapter(step))

    await calls.make()

    assert await calls.learned() == {Measure.WAIT: 1}


async def test_a_resumed_call_is_no_sample_because_its_beginning_was_not_seen() -> None:
    calls = Calls(ScriptedAdapter(answers_after_a_moment))

    await calls.make(calls=1, takeovers=1, provider_reference="q-7", started=datetime(2026, 11, 24, 11, tzinfo=UTC))

    assert await calls.learned() == {}


async def test_a_call_is_made_again_while_its_usual_time_is_left_and_not_later() -> None:
    async def fails(_: ProviderRequest) -> ProviderAnswer:
        await asyncio.sleep(0.6)
        raise ProviderFailure(FailureKind.OVERLOADED, "")

    usual = book((ROUTE, latency(*[12_000] * 20)))
    early, late = Calls(ScriptedAdapter(fails), usual), Calls(ScriptedAdapter(fails), usual)

    await early.make(left_ms=30_000)
    await late.make(left_ms=12_850)

    assert (len(early.adapter.requests), len(late.adapter.requests)) == (3, 1)


async def test_an_attempt_that_waited_too_long_is_not_started() -> None:
    calls = Calls(ScriptedAdapter(PICTURE), book((ROUTE, latency(*[12_000] * 20))))

    assert await calls.make(left_ms=9_000) is AttemptOutcome.NOT_STARTED
    assert calls.adapter.requests == []


async def test_an_attempt_that_another_process_had_is_not_judged_by_its_wait() -> None:
    calls = Calls(ScriptedAdapter(PICTURE), book((ROUTE, latency(*[12_000] * 20))))

    made = await calls.make(left_ms=9_000, started=datetime(2026, 11, 24, 11, tzinfo=UTC))

    assert isinstance(made, MadePicture)


async def test_samples_of_a_silent_database_are_lost_rather_than_written_twice() -> None:
    calls = Calls(ScriptedAdapter(PICTURE))
    await calls.make()
    calls.latencies.failures = 1

    with pytest.raises(DatabaseUnavailable):
        await calls.times.exchange()
    await calls.times.exchange()

    assert calls.latencies.added == []
