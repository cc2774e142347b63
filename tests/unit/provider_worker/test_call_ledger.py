"""What one call came to, by how it and its attempt ended."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.provider_call import CallEnd, CallOutcome, ProviderCall
from photochanger.domain.slot import Operation
from photochanger.domain.usage import Price, Usage
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.observability import Telemetry
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_ledger import CallLedger
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputUnavailable, ProviderAnswer, ProviderRequest
from photochanger.provider_worker.price_list import PriceList
from photochanger.provider_worker.running_attempts import RunningAttempt
from photochanger.provider_worker.work import MadePicture
from tests.provider_fakes import (
    BLANK,
    FakeAttempts,
    FakeDecoder,
    ScriptedAdapter,
    Step,
    attempt_row,
    hang,
    job_row,
    just_claimed,
    manifest,
    no_pause,
    picture_maker,
)

PRICES = (
    Price(model="m", per_call=5, per_million_input_tokens=1_000_000, per_million_output_tokens=2_000_000),
    Price(per_call=5),
)
USED = Usage(model="m", input_tokens=100, output_tokens=50)
#: 5 + 100 + 50 at double
COST = 205
PICTURE = ProviderAnswer(b"picture", "r-1", USED)
OPENED = ProviderCall.model_validate({"n": 1, "at": "2026-11-24T12:00:00Z"})


def price_list() -> PriceList:
    return PriceList(manifest().model_copy(update={"prices": PRICES}))


async def keeps_a_reference(request: ProviderRequest) -> ProviderAnswer:
    await request.keep_reference("q-7")
    return await hang(request)


async def refused_after_its_reference(request: ProviderRequest) -> ProviderAnswer:
    await request.keep_reference("q-7")
    raise ProviderFailure(FailureKind.REFUSED, "")


async def made(step: Step, *, reference: str | None = None) -> CallLedger:
    ledger, adapter, image = CallLedger(), ScriptedAdapter(step), object()
    ledger.take_up(attempt_row(ledger=(OPENED,)), is_counted=True)
    request = ProviderRequest(Operation.IMAGE_EDIT, {}, image, image, 1.0, reference=reference)  # type: ignore[arg-type]  # not looked at
    with suppress(ProviderFailure, InputUnavailable, TimeoutError):
        async with asyncio.timeout(0.02):
            await ledger.made(adapter, request, price_list())
    return ledger


def failing(kind: FailureKind, usage: Usage | None = None) -> ProviderFailure:
    return ProviderFailure(kind, "words", usage=usage)


@pytest.mark.parametrize(
    ("step", "ended", "outcome", "cost"),
    [
        (PICTURE, AttemptOutcome.LATE, CallOutcome.LATE, COST),
        (PICTURE, AttemptOutcome.CUT, CallOutcome.LATE, COST),
        (PICTURE, AttemptOutcome.STORAGE, CallOutcome.FAILED, COST),
        (PICTURE, AttemptOutcome.BAD_OUTPUT, CallOutcome.FAILED, COST),
        (failing(FailureKind.REFUSED), AttemptOutcome.REFUSED, CallOutcome.REFUSED, 0),
        (failing(FailureKind.REFUSED, USED), AttemptOutcome.CUT, CallOutcome.REFUSED, COST),
        (refused_after_its_reference, AttemptOutcome.REFUSED, CallOutcome.REFUSED, 5),
        (failing(FailureKind.NO_IMAGE, USED), AttemptOutcome.BAD_OUTPUT, CallOutcome.FAILED, COST),
        (failing(FailureKind.OVERLOADED), AttemptOutcome.FAILED, CallOutcome.FAILED, 0),
        (failing(FailureKind.QUOTA), AttemptOutcome.UNAVAILABLE, CallOutcome.FAILED, 0),
        (failing(FailureKind.GARBAGE), AttemptOutcome.BAD_OUTPUT, CallOutcome.FAILED, None),
        (failing(FailureKind.TRANSPORT), AttemptOutcome.FAILED, CallOutcome.FAILED, None),
        (failing(FailureKind.OVERLOADED), AttemptOutcome.CUT, CallOutcome.FAILED, 0),
        (failing(FailureKind.OVERLOADED), AttemptOutcome.LATE, CallOutcome.FAILED, 0),
        (failing(FailureKind.TIMEOUT), AttemptOutcome.CUT, CallOutcome.LATE, None),
        (failing(FailureKind.TIMEOUT), AttemptOutcome.FAILED, CallOutcome.FAILED, None),
        (InputUnavailable("gone"), AttemptOutcome.STORAGE, CallOutcome.FAILED, 0),
        (hang, AttemptOutcome.CUT, CallOutcome.LATE, None),
        (hang, AttemptOutcome.LATE, CallOutcome.CANCELLED, None),
        (hang, AttemptOutcome.INTERNAL, CallOutcome.FAILED, None),
        (keeps_a_reference, AttemptOutcome.CUT, CallOutcome.LATE, 5),
        (keeps_a_reference, AttemptOutcome.LATE, CallOutcome.CANCELLED, 5),
    ],
)
async def test_a_call_ends_as_what_it_was_and_costs_what_is_known(
    step: Step, ended: AttemptOutcome, outcome: CallOutcome, cost: int | None
) -> None:
    end = (await made(step)).ended(ended)

    assert end is not None
    assert (end.n, end.outcome, end.cost_micros, end.currency) == (1, outcome, cost, "USD")


async def test_a_job_that_ended_just_when_its_call_was_cut_was_too_slow_not_cancelled() -> None:
    end = (await made(hang)).ended(AttemptOutcome.LATE, was_cut=True)

    assert end is not None
    assert end.outcome is CallOutcome.LATE


async def test_a_price_by_tokens_without_their_number_is_not_known() -> None:
    end = (await made(replace(PICTURE, usage=Usage(model="m")))).delivered()

    assert end.cost_micros is None


async def test_a_resumed_call_is_paid_whatever_comes_of_it() -> None:
    end = (await made(failing(FailureKind.TRANSPORT), reference="q-7")).ended(AttemptOutcome.FAILED)

    assert end is not None
    assert (end.outcome, end.cost_micros) == (CallOutcome.FAILED, 5)


def test_an_attempt_without_a_call_has_nothing_to_close() -> None:
    assert CallLedger().ended(AttemptOutcome.NOT_STARTED) is None


def test_a_call_that_was_counted_and_never_made_cost_nothing() -> None:
    ledger = CallLedger()
    ledger.take_up(attempt_row(ledger=(OPENED,)), is_counted=True)

    assert ledger.ended(AttemptOutcome.CUT) == CallEnd(1, CallOutcome.LATE, 0)


def test_a_dead_owners_call_stays_open_when_another_follows_it() -> None:
    ledger = CallLedger()
    ledger.take_up(attempt_row(ledger=(OPENED,)), is_counted=False)

    assert ledger.retried() is None
    ledger.opened()
    assert ledger.ended(AttemptOutcome.FAILED) == CallEnd(2, CallOutcome.FAILED, 0)


async def make(*steps: Step) -> tuple[MadePicture | AttemptEnd, FakeAttempts]:
    attempts, adapter = FakeAttempts(None), ScriptedAdapter(*steps)
    adapter.manifest = adapter.manifest.model_copy(update={"prices": PRICES})
    maker = picture_maker(adapter, attempts, Telemetry("test"), decoder=FakeDecoder(), uniform=no_pause)
    job = job_row(just_claimed(ledger=(OPENED,)))
    assignment = Assignment.of(job, 1, asked_at=asyncio.get_running_loop().time())
    async with AnswerPlaces(4).one() as place:
        return await maker.make(assignment, RunningAttempt(job.id), place=place), attempts


async def test_each_retry_closes_the_call_before_it_in_its_own_write() -> None:
    blank = replace(PICTURE, data=BLANK)

    picture, attempts = await make(failing(FailureKind.OVERLOADED), blank, PICTURE)

    assert isinstance(picture, MadePicture)
    assert [(end.n, end.outcome, end.cost_micros) for end in attempts.closed] == [
        (1, CallOutcome.FAILED, 0),
        (2, CallOutcome.FAILED, COST),
    ]
    assert picture.call == CallEnd(3, CallOutcome.DELIVERED, COST, "USD", USED)
