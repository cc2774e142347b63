"""The gateway refuses photos for a store that is down, and for none that was slow once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ingest_gateway import store_probe
from ingest_gateway.store_probe import StoreProbe

GOOD, BAD = None, "no answer in 0.9 s"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_probe, "PROBE_SECONDS", 0.0)
    monkeypatch.setattr(store_probe, "AGAIN_SECONDS", 0.0)


async def faults_after(answers: list[str | None]) -> list[str | None]:
    """What the probe says each time it asks again, after the first answer."""
    said: list[str | None] = []
    is_over = asyncio.Event()
    probe = StoreProbe(ping_of(answers, lambda: said.append(probe.fault()), is_over))
    asking = asyncio.create_task(probe.run())
    await is_over.wait()
    asking.cancel()
    return said[1:]


def ping_of(
    answers: list[str | None], note: Callable[[], None], is_over: asyncio.Event
) -> Callable[[], Awaitable[str | None]]:
    left = iter(answers)

    async def ping() -> str | None:
        note()
        try:
            return next(left)
        except StopIteration:
            is_over.set()
            return await asyncio.Future()

    return ping


async def test_one_bad_answer_is_no_outage() -> None:
    assert await faults_after([GOOD, BAD, GOOD, GOOD]) == [GOOD, GOOD, GOOD, GOOD]


async def test_two_bad_answers_in_a_row_are_an_outage() -> None:
    assert await faults_after([GOOD, BAD, BAD, GOOD]) == [GOOD, GOOD, BAD, GOOD]


async def test_a_store_that_was_never_asked_takes_no_photos() -> None:
    assert StoreProbe(ping_of([], lambda: None, asyncio.Event())).fault() == "not asked yet"
