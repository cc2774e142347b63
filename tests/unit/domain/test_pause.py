"""An administrator's pause: no further photo goes to the provider, what was sent goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from admin_api.providers.pause_routes import PauseState, pause_state
from dispatcher.next_step import Fail, StartAttempt, next_step
from photochanger.domain.availability import Availability
from photochanger.domain.breaker import Breaker, BreakerReason
from photochanger.domain.failure import FailureReason
from photochanger.infrastructure.work_under_way import ProviderWork, Waiting
from tests.availabilities import READ_AT, opened
from tests.latencies import NOTHING_KNOWN
from tests.read_rows import GEMINI, a_job

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def paused(*, why: str = "out of credit") -> Breaker:
    return Breaker().paused(START, by="anna", why=why)


def known(breaker: Breaker) -> Availability:
    return Availability({("gemini", BreakerReason.PAUSE): breaker}, read_at=READ_AT)


def test_a_paused_provider_gets_no_further_photo_however_long_it_lasts() -> None:
    availability = Availability({("gemini", BreakerReason.PAUSE): paused()}, read_at=START + timedelta(days=30))

    with_fallback = next_step(a_job(), NOTHING_KNOWN, availability)
    without = next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, availability)

    assert isinstance(with_fallback, StartAttempt)
    assert with_fallback.route.provider == "turbotext"
    assert isinstance(without, Fail)
    assert without.ending.reason is FailureReason.PROVIDER_UNAVAILABLE
    assert "out of credit" in without.ending.detail


def test_a_resumed_provider_gets_photos_again() -> None:
    resumed = paused().closed(START, "resumed by anna")

    assert isinstance(next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, known(resumed)), StartAttempt)


def test_a_pause_stops_no_call_of_a_photo_that_was_sent_before() -> None:
    both = Availability({**known(paused()).breakers, **opened(GEMINI).breakers}, read_at=READ_AT)

    assert known(paused()).for_calls().breakers == {}
    assert set(both.for_calls().breakers) == {("gemini", BreakerReason.OUTAGE)}


def test_answers_and_failures_do_not_end_a_pause() -> None:
    later = START + timedelta(minutes=1)

    assert paused().answered(later, 5) == paused()
    assert paused().failed(later, "job", "x") == paused()
    assert paused().probed(later, "job", seconds=5) is None


def test_who_pauses_a_paused_one_changes_the_reason_and_not_the_time() -> None:
    again = paused().paused(START + timedelta(hours=1), by="boris", why="still out of credit")

    assert (again.by, again.detail, again.since) == ("boris", "still out of credit", START)


@pytest.mark.parametrize(
    ("seconds", "work", "state"),
    [
        (60, ProviderWork(), PauseState.DRAINED),
        (60, ProviderWork(running=1), PauseState.DRAINING),
        (60, ProviderWork(Waiting(photos=1, oldest_seconds=3)), PauseState.DRAINING),
        (1.9, ProviderWork(), PauseState.DRAINING),  # a dispatcher may not have seen the pause yet
        (2.0, ProviderWork(), PauseState.DRAINED),
    ],
)
def test_a_paused_provider_is_drained_when_nothing_runs_and_no_dispatcher_sends_more(
    seconds: float, work: ProviderWork, state: PauseState
) -> None:
    assert pause_state(paused(), work, START + timedelta(seconds=seconds)) is state
