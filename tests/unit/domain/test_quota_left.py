"""What is left of a day's limit, and until when it lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from photochanger.domain.quota_left import QuotaLeft, day_of, next_midnight, quota_left

NOW = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("used", "used_last_hour", "left", "lasts"),
    [
        (400, 200, 600, timedelta(hours=3)),
        (400, 100, 600, None),
        (400, 0, 600, None),
        (1_000, 200, 0, timedelta()),
        (1_200, 0, 0, timedelta()),
    ],
)
def test_a_days_limit_lasts_as_the_last_hour_goes_on(
    used: int, used_last_hour: int, left: int, lasts: timedelta | None
) -> None:
    found = quota_left(allowed=1_000, used=used, used_last_hour=used_last_hour, now=NOW, resets_at=MIDNIGHT)

    assert found == QuotaLeft(left, None if lasts is None else NOW + lasts)


def test_a_limit_that_is_free_again_all_the_time_does_not_run_out_for_long() -> None:
    assert quota_left(allowed=10, used=4, used_last_hour=590, now=NOW, resets_at=None) == QuotaLeft(6, None)
    assert quota_left(allowed=10, used=10, used_last_hour=590, now=NOW, resets_at=None) == QuotaLeft(0, NOW)


def test_a_providers_day_ends_at_its_own_midnight_also_when_its_clocks_change() -> None:
    pacific, before_the_change = "America/Los_Angeles", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)

    assert next_midnight(before_the_change, pacific) == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert next_midnight(NOW, pacific) == datetime(2026, 5, 2, 7, 0, tzinfo=UTC)
    assert day_of(datetime(2026, 5, 2, 6, 59, tzinfo=UTC), pacific) == "2026-05-01"
