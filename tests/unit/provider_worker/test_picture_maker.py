"""How often, how long and with what end the provider is called."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from photochanger.domain.job import AttemptOutcome, Job
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import OutputFormat
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.observability import Telemetry
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputUnavailable, InputUnusable, ProviderAnswer, ProviderRequest
from photochanger.provider_worker.retry import RetryBudget
from photochanger.provider_worker.running_attempts import RunningAttempt
from photochanger.provider_worker.work import MadePicture
from tests.provider_fakes import (
    BLANK,
    FakeAttempts,
    FakeDecoder,
    OpenGate,
    ScriptedAdapter,
    attempt_row,
    hang,
    just_claimed,
    no_pause,
    picture_maker,
)
from tests.provider_fakes import job_row as row

PICTURE = ProviderAnswer(b"picture", "r-1")


@dataclass
class Making:
    """A maker with everything around it."""

    adapter: ScriptedAdapter
    attempts: FakeAttempts = field(default_factory=lambda: FakeAttempts(None))
    decoder: FakeDecoder = field(default_factory=FakeDecoder)
    budget: RetryBudget = field(default_factory=lambda: RetryBudget(time.monotonic))
    places: AnswerPlaces = field(default_factory=lambda: AnswerPlaces(4))
    running: RunningAttempt = field(default_factory=lambda: RunningAttempt("job"))
    uniform: Callable[[float, float], float] = no_pause
    gate: OpenGate = field(default_factory=OpenGate)

    async def make(self, job: Job | None = None) -> MadePicture | AttemptEnd:
        maker = picture_maker(
            self.adapter,
            self.attempts,
            Telemetry("test"),
            decoder=self.decoder,
            budget=self.budget,
            uniform=self.uniform,
            gate=self.gate,
        )
        job = job or row()
        assignment = Assignment.of(job, len(job.attempts), asked_at=asyncio.get_running_loop().time())
        async with self.places.one() as place:
            return await maker.make(assignment, self.running, place=place)

    async def outcome(self, job: Job | None = None) -> AttemptOutcome:
        end = await self.make(job)
        assert isinstance(end, AttemptEnd)
        return end.outcome


def failing(kind: FailureKind, **more: float) -> Making:
    return Making(ScriptedAdapter(ProviderFailure(kind, "words", **more)))  # type: ignore[arg-type]  # a test names the delay


async def test_a_picture_is_checked_and_given_with_its_reference() -> None:
    made = await Making(ScriptedAdapter(PICTURE)).make()

    assert isinstance(made, MadePicture)
    assert (made.picture.data, made.picture.type, made.provider_reference) == (b"picture", PictureType.JPEG, "r-1")


async def test_a_refusal_is_an_outcome_and_one_call() -> None:
    making = failing(FailureKind.REFUSED)

    assert await making.outcome() is AttemptOutcome.REFUSED
    assert making.attempts.calls == 1


@pytest.mark.parametrize(
    ("kind", "outcome", "calls"),
    [
        (FailureKind.OVERLOADED, AttemptOutcome.FAILED, 3),
        (FailureKind.TRANSPORT, AttemptOutcome.FAILED, 3),
        (FailureKind.QUOTA, AttemptOutcome.UNAVAILABLE, 3),
        (FailureKind.NO_IMAGE, AttemptOutcome.BAD_OUTPUT, 5),
        (FailureKind.GARBAGE, AttemptOutcome.BAD_OUTPUT, 5),
        (FailureKind.NO_IMAGE_AGAIN, AttemptOutcome.BAD_OUTPUT, 2),
        (FailureKind.AUTH, AttemptOutcome.UNAVAILABLE, 1),
        (FailureKind.BAD_REQUEST, AttemptOutcome.FAILED, 1),
    ],
)
async def test_calls_end_where_they_do_not_pay(kind: FailureKind, outcome: AttemptOutcome, calls: int) -> None:
    making = failing(kind)

    assert await making.outcome() is outcome
    assert making.attempts.calls == calls


async def test_a_passing_failure_is_followed_by_the_picture() -> None:
    making = Making(ScriptedAdapter(ProviderFailure(FailureKind.OVERLOADED, ""), PICTURE))

    assert isinstance(await making.make(), MadePicture)


async def test_a_picture_that_fails_the_check_is_asked_for_again() -> None:
    making = Making(ScriptedAdapter(ProviderAnswer(BLANK), PICTURE))

    assert isinstance(await making.make(), MadePicture)
    assert making.attempts.calls == 2


async def test_never_a_usable_picture_is_bad_output() -> None:
    making = Making(ScriptedAdapter(ProviderAnswer(BLANK, "r-9")))

    end = await making.make()

    assert isinstance(end, AttemptEnd)
    assert (end.outcome, end.detail, end.provider_reference) == (
        AttemptOutcome.BAD_OUTPUT,
        "picture not usable: blank",
        "r-9",
    )


async def test_a_hanging_provider_is_cut_before_the_answer_reserve() -> None:
    making = Making(ScriptedAdapter(hang))
    started = time.monotonic()

    assert await making.outcome(row(left_ms=1_550)) is AttemptOutcome.CUT
    assert 1.0 < time.monotonic() - started < 1.25


async def test_with_a_fallback_the_provider_is_cut_earlier() -> None:
    making = Making(ScriptedAdapter(hang))
    started = time.monotonic()

    assert await making.outcome(row(attempt_row(cut_left_ms=8_950), left_ms=10_000)) is AttemptOutcome.CUT
    assert time.monotonic() - started < 1.5


async def test_no_call_is_made_when_the_time_for_calls_is_over() -> None:
    making = Making(ScriptedAdapter(PICTURE))

    assert await making.outcome(row(just_claimed(), left_ms=400)) is AttemptOutcome.NOT_STARTED
    assert await making.outcome(row(attempt_row(calls=1), left_ms=400)) is AttemptOutcome.CUT
    assert making.adapter.requests == []


async def test_a_provider_that_was_merely_slow_is_no_error() -> None:
    async def gives_up(_: ProviderRequest) -> ProviderAnswer:
        await asyncio.sleep(0.2)
        raise ProviderFailure(FailureKind.TIMEOUT, "a proxy gave up")

    assert await Making(ScriptedAdapter(gives_up)).outcome(row(left_ms=1_600)) is AttemptOutcome.CUT


async def test_a_delay_that_does_not_fit_goes_to_the_dispatcher() -> None:
    end = await failing(FailureKind.QUOTA, retry_after_seconds=90).make()

    assert isinstance(end, AttemptEnd)
    assert (end.outcome, end.retry_after_seconds) == (AttemptOutcome.UNAVAILABLE, 90)


async def test_a_job_that_ended_stops_the_call_within_a_second() -> None:
    making = Making(ScriptedAdapter(hang))
    asyncio.get_running_loop().call_later(0.05, making.running.stop)
    started = time.monotonic()

    assert await making.outcome() is AttemptOutcome.LATE
    assert time.monotonic() - started < 0.5


async def test_a_job_that_ended_during_a_pause_gets_no_further_call() -> None:
    making = failing(FailureKind.OVERLOADED)
    making.uniform = lambda *_: 30.0
    asyncio.get_running_loop().call_later(0.05, making.running.stop)

    assert await making.outcome() is AttemptOutcome.LATE
    assert making.attempts.calls == 1


async def test_an_attempt_that_is_no_longer_ours_makes_no_call() -> None:
    making = Making(ScriptedAdapter(PICTURE))
    making.attempts.may_call = False

    assert await making.outcome() is AttemptOutcome.LATE
    assert making.adapter.requests == []


async def test_calls_of_earlier_attempts_at_this_provider_count() -> None:
    making = failing(FailureKind.OVERLOADED)
    lost = attempt_row(1, calls=2, outcome=AttemptOutcome.LOST)

    assert await making.outcome(row(lost, attempt_row(2))) is AttemptOutcome.FAILED
    assert making.attempts.calls == 1


async def test_a_spent_budget_allows_the_call_but_no_retry() -> None:
    making = failing(FailureKind.OVERLOADED)
    making.budget = RetryBudget(time.monotonic, floor=0)

    assert await making.outcome() is AttemptOutcome.FAILED
    assert making.attempts.calls == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(InputUnavailable("gone"), AttemptOutcome.STORAGE), (InputUnusable("broken"), AttemptOutcome.FAILED)],
)
async def test_trouble_with_our_own_pictures_is_not_the_providers(error: Exception, outcome: AttemptOutcome) -> None:
    making = Making(ScriptedAdapter(error))

    assert await making.outcome() is outcome
    assert making.attempts.calls == 1


async def test_no_place_is_held_during_a_pause() -> None:
    making = failing(FailureKind.OVERLOADED)
    making.places = AnswerPlaces(1)
    making.uniform = lambda *_: 0.2

    async def reading(request: ProviderRequest) -> ProviderAnswer:
        await request.place.take()
        raise ProviderFailure(FailureKind.OVERLOADED, "")

    making.adapter = ScriptedAdapter(reading)
    other = Making(ScriptedAdapter(PICTURE), places=making.places)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(making.make())
        await asyncio.sleep(0.05)
        async with asyncio.timeout(0.1):
            await other.make()


async def test_at_most_four_answers_are_checked_at_once() -> None:
    decoder, places = FakeDecoder(check_seconds=0.01), AnswerPlaces(4)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(Making(ScriptedAdapter(PICTURE), decoder=decoder, places=places).make())

    assert decoder.most_at_once == 4


@pytest.mark.parametrize(
    ("wanted", "png_wanted", "keep_alpha"), [("auto", False, True), ("png", True, False), ("jpeg", False, False)]
)
async def test_the_slot_says_how_the_picture_leaves(wanted: str, png_wanted: bool, keep_alpha: bool) -> None:
    making = Making(ScriptedAdapter(PICTURE))
    job = row()
    output = job.slot_snapshot.output.model_copy(update={"format": OutputFormat(wanted), "quality": 80})

    await making.make(job.model_copy(update={"slot_snapshot": job.slot_snapshot.model_copy(update={"output": output})}))

    assert making.decoder.wishes == [{"png_wanted": png_wanted, "keep_alpha": keep_alpha, "quality": 80}]


async def test_a_resumed_call_that_gives_no_picture_is_followed_by_a_new_one() -> None:
    making = Making(ScriptedAdapter(ProviderAnswer(BLANK), PICTURE))

    made = await making.make(row(attempt_row(calls=1, takeovers=1, provider_reference="q-7")))

    assert isinstance(made, MadePicture)
    assert [request.reference for request in making.adapter.requests] == ["q-7", None]
    assert making.attempts.calls == 1


async def keeping(request: ProviderRequest) -> ProviderAnswer:
    await request.keep_reference("q-8")
    return PICTURE


async def test_a_reference_is_kept_as_soon_as_the_adapter_knows_it() -> None:
    making = Making(ScriptedAdapter(keeping))

    await making.make()

    assert making.attempts.kept == ["q-8"]


async def test_a_silent_database_does_not_spoil_a_call_that_is_paid_already() -> None:
    making = Making(ScriptedAdapter(keeping))
    making.attempts.silent_writes = 1

    assert isinstance(await making.make(), MadePicture)


async def test_a_call_whose_job_ended_meanwhile_is_given_up_at_its_reference() -> None:
    async def ends_first(request: ProviderRequest) -> ProviderAnswer:
        making.attempts.may_call = False
        return await keeping(request)

    making = Making(ScriptedAdapter(ends_first))

    assert await making.outcome() is AttemptOutcome.LATE


async def test_a_closed_provider_is_not_called_and_the_call_that_was_counted_ahead_is_taken_back() -> None:
    making = Making(ScriptedAdapter(PICTURE), gate=OpenGate(ProviderClosed("used up", 61.0)))

    end = await making.make(row(just_claimed()))

    assert end == AttemptEnd(
        AttemptOutcome.UNAVAILABLE, "used up", retry_after_seconds=61.0, provider_ms=0, was_called=False
    )
    assert (making.adapter.requests, making.attempts.calls) == ([], 0)


async def test_what_failed_is_not_called_again_once_the_breaker_is_open() -> None:
    making = failing(FailureKind.OVERLOADED)
    making.gate.is_open_for_retries = False

    assert await making.outcome() is AttemptOutcome.FAILED
    assert making.attempts.calls == 1
