"""Where a photo goes when a provider's breaker is open or a limit is used up."""

import pytest

from dispatcher.next_step import Fail, Leave, StartAttempt, next_step
from photochanger.domain.availability import PATIENCE_WITH_FALLBACK_MS
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome
from tests.availabilities import opened, used_up
from tests.latencies import NOTHING_KNOWN
from tests.read_rows import GEMINI, TURBOTEXT, a_job, an_attempt


def test_an_open_breaker_sends_the_photo_to_the_fallback_with_all_its_time() -> None:
    step = next_step(a_job(), NOTHING_KNOWN, opened(GEMINI))

    assert step == StartAttempt(index=1, route=TURBOTEXT, cut_left_ms=500, after=0)


@pytest.mark.parametrize("reason", BreakerReason)
def test_with_every_provider_closed_the_booth_is_told_at_once_and_when_to_come_back(reason: BreakerReason) -> None:
    step = next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, opened(GEMINI, seconds_ago=4, reason=reason))

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.PROVIDER_UNAVAILABLE
    assert step.ending.retry_after_seconds == pytest.approx(11)
    assert "gemini" in step.ending.detail
    assert "connection refused" in step.ending.detail


def test_a_due_breaker_lets_one_photo_try_cut_as_with_a_fallback() -> None:
    step = next_step(a_job(routes=[GEMINI], left_ms=40_000), NOTHING_KNOWN, opened(GEMINI, seconds_ago=15))

    # 45 % of the window of 48 s
    assert step == StartAttempt(0, GEMINI, cut_left_ms=21_600, after=0, tries=(BreakerReason.OUTAGE,))


def test_a_photo_whose_try_was_cut_need_not_wait_for_the_windows_end() -> None:
    job = a_job(routes=[GEMINI], attempts=[an_attempt(outcome=AttemptOutcome.CUT)], left_ms=20_000)

    step = next_step(job, NOTHING_KNOWN, opened(GEMINI))

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.PROVIDER_UNAVAILABLE


@pytest.mark.parametrize("left_ms", [501, 520, 1_499])
def test_a_photo_cut_at_its_windows_end_is_a_timeout_also_when_the_provider_has_closed_meanwhile(left_ms: int) -> None:
    """The worker cuts by its own clock, so the row may be read some milliseconds before the answer reserve."""
    job = a_job(routes=[GEMINI], attempts=[an_attempt(outcome=AttemptOutcome.CUT)], left_ms=left_ms)

    assert next_step(job, NOTHING_KNOWN, opened(GEMINI)) == Leave()


def test_a_cut_photo_of_a_provider_that_is_asked_still_waits_for_its_window() -> None:
    job = a_job(routes=[GEMINI], attempts=[an_attempt(outcome=AttemptOutcome.CUT)], left_ms=20_000)

    assert next_step(job, NOTHING_KNOWN, opened(TURBOTEXT)) == Leave()


def test_what_a_provider_said_outweighs_that_the_fallback_is_closed() -> None:
    job = a_job(attempts=[an_attempt(outcome=AttemptOutcome.REFUSED)], left_ms=20_000)

    step = next_step(job, NOTHING_KNOWN, opened(TURBOTEXT))

    assert isinstance(step, Fail)
    assert step.ending.reason is FailureReason.PROVIDER_REFUSED


@pytest.mark.parametrize("slot_id", [None, "demo"])
def test_a_limit_used_up_for_longer_than_the_window_ends_the_photo_at_once(slot_id: str | None) -> None:
    known = used_up(GEMINI, seconds=3_600, slot_id=slot_id)

    step = next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, known)

    assert isinstance(step, Fail)
    assert (step.ending.reason, step.ending.retry_after_seconds) == (FailureReason.PROVIDER_UNAVAILABLE, 3_600)


def test_a_limit_of_another_slot_is_nothing_to_this_one() -> None:
    known = used_up(GEMINI, seconds=3_600, slot_id="another")

    assert isinstance(next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, known), StartAttempt)


def test_a_turn_that_comes_within_the_window_is_waited_for_by_the_worker() -> None:
    step = next_step(a_job(routes=[GEMINI]), NOTHING_KNOWN, used_up(GEMINI, seconds=20))

    assert isinstance(step, StartAttempt)


def test_with_a_fallback_nobody_waits_long_for_a_turn() -> None:
    longer, shorter = PATIENCE_WITH_FALLBACK_MS / 1000 + 0.1, PATIENCE_WITH_FALLBACK_MS / 1000 - 0.1

    steps = [next_step(a_job(), NOTHING_KNOWN, used_up(GEMINI, seconds=seconds)) for seconds in (longer, shorter)]

    assert [step.route.provider for step in steps if isinstance(step, StartAttempt)] == ["turbotext", "gemini"]
