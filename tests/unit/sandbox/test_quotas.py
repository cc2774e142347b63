"""Quotas as the originals keep them, on a clock of the test's own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.behaviours import Provider
from sandbox.quotas import OverQuota, Quota, Quotas

MODEL = "gemini-nano-banana-2.1"


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def rest(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def limited(clock: Clock, provider: Provider = Provider.GEMINI, **quota: int) -> Quotas:
    quotas = Quotas(clock)
    quotas.put(provider, Quota(**quota))
    return quotas


def test_any_minute_holds_no_more_than_the_quota_and_says_how_long_to_wait() -> None:
    clock = Clock(datetime(2026, 5, 1, 12, tzinfo=UTC))
    quotas = limited(clock, requests_per_minute=2)

    first = quotas.take(Provider.GEMINI, MODEL)
    clock.rest(50)
    second = quotas.take(Provider.GEMINI, MODEL)
    third = quotas.take(Provider.GEMINI, MODEL)
    clock.rest(10)
    fourth = quotas.take(Provider.GEMINI, MODEL)
    fifth = quotas.take(Provider.GEMINI, MODEL)

    assert (first, second, fourth) == (None, None, None)
    assert third == OverQuota(per_day=False, limit=2, retry_seconds=10)
    assert fifth == OverQuota(per_day=False, limit=2, retry_seconds=50)


@pytest.mark.parametrize(
    ("provider", "before_midnight"),
    [
        (Provider.GEMINI, datetime(2026, 3, 9, 6, 59, 59, tzinfo=UTC)),  # after the clocks went forward
        (Provider.GEMINI, datetime(2026, 11, 2, 7, 59, 59, tzinfo=UTC)),  # after they went back
        (Provider.TURBOTEXT, datetime(2026, 3, 8, 20, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_the_providers_midnight(provider: Provider, before_midnight: datetime) -> None:
    clock = Clock(before_midnight)
    quotas = limited(clock, provider, requests_per_day=1)

    taken, over = quotas.take(provider, ""), quotas.take(provider, "")
    clock.rest(1)
    next_day = quotas.take(provider, "")

    assert (taken, over, next_day) == (None, OverQuota(per_day=True, limit=1, retry_seconds=1), None)


def test_each_model_has_its_own_and_a_provider_without_a_quota_has_none() -> None:
    quotas = limited(Clock(datetime(2026, 5, 1, tzinfo=UTC)), requests_per_day=1)

    assert quotas.take(Provider.GEMINI, MODEL) is None
    assert quotas.take(Provider.GEMINI, "gemini-3-pro-image") is None
    assert quotas.take(Provider.GEMINI, MODEL) is not None
    assert [quotas.take(Provider.TURBOTEXT, "") for _ in range(3)] == [None] * 3
