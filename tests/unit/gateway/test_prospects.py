"""Who is turned away before the body, because nothing could come of it in time."""

import pytest

from ingest_gateway.prospects import Prospects
from ingest_gateway.refusal import Refusal
from ingest_gateway.terms import Terms
from photochanger.domain.failure import ProblemCode
from photochanger.domain.latency import Latency, LatencyBook
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Slot
from tests.job_rows import new_slot, slot_with_fallback
from tests.latencies import book, latency

SETTINGS = PlatformSettings(sync_response_seconds=30)
SLOW = latency(*[40_000] * 20)
REFUSING = new_slot(refuse_without_time=True)


async def check(slot: Slot, *known: Latency, seconds_gone: float = 0.0) -> None:
    routes = zip(slot.routes, known, strict=False)
    terms = Terms(slot=slot, settings=SETTINGS, started=100.0, boundary=b"b")
    known_now = book(*routes)

    async def read() -> LatencyBook:
        return known_now

    await Prospects(read).check(terms, now=100.0 + seconds_gone)


async def test_a_slot_that_refuses_says_at_once_that_no_time_is_left() -> None:
    with pytest.raises(Refusal) as refused:
        await check(REFUSING, SLOW)

    assert refused.value.problem.code is ProblemCode.NO_TIME_LEFT
    assert (refused.value.problem.status, refused.value.problem.retry_after_seconds) == (503, 10)


async def test_what_waits_in_the_queue_already_counts() -> None:
    usual = [20_000] * 20
    await check(REFUSING, latency(*usual))

    with pytest.raises(Refusal):
        await check(REFUSING, latency(*usual, wait_ms=15_000))


@pytest.mark.parametrize(
    ("slot", "known"),
    [
        (new_slot(), [SLOW]),
        (REFUSING, []),
        (REFUSING, [latency(*[40_000] * 19)]),
        (new_slot(refuse_without_time=True, sync_response_seconds=60), [SLOW]),
        (slot_with_fallback(refuse_without_time=True), [SLOW, latency(*[8_000] * 20)]),
        (slot_with_fallback(refuse_without_time=True), [SLOW]),
    ],
    ids=["off by default", "unknown", "few samples", "longer window of its own", "fallback fits", "fallback unknown"],
)
async def test_everybody_else_is_let_in(slot: Slot, known: list[Latency]) -> None:
    await check(slot, *known)


async def test_time_that_is_gone_is_not_there() -> None:
    usual = latency(*[20_000] * 20)
    await check(REFUSING, usual, seconds_gone=8)

    with pytest.raises(Refusal):
        await check(REFUSING, usual, seconds_gone=11)


async def test_the_times_are_not_read_for_slots_that_do_not_refuse() -> None:
    async def read() -> LatencyBook:
        raise AssertionError("read for nobody")

    await Prospects(read).check(Terms(slot=new_slot(), settings=SETTINGS, started=100.0, boundary=b"b"), now=100.0)
