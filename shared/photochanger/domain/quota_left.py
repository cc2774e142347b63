"""What is left of a limit, and until when it lasts if photos keep coming as in the last hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuotaLeft:
    """`lasts_until` None: at that pace it does not run out before it begins anew, or there is no pace."""

    left: int
    lasts_until: datetime | None


def quota_left(*, allowed: int, used: int, used_last_hour: int, now: datetime, resets_at: datetime | None) -> QuotaLeft:
    """Of a limit that begins anew at `resets_at`; None: it is free again all the time, and never runs out for long."""
    left = max(0, allowed - used)
    if left == 0:
        return QuotaLeft(0, now)
    if resets_at is None or used_last_hour <= 0 or left >= used_last_hour * ((resets_at - now) / HOUR):
        return QuotaLeft(left, None)
    return QuotaLeft(left, now + HOUR * (left / used_last_hour))


def day_of(now: datetime, time_zone: str) -> str:
    """The day as its documents name it."""
    return now.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d")


def next_midnight(now: datetime, time_zone: str) -> datetime:
    """When the provider's next day begins, whatever its clocks do then."""
    local = now.astimezone(ZoneInfo(time_zone))
    midnight = (local + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(now.tzinfo)
