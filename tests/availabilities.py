"""What is known of providers' breakers and limits, as tests need it."""

from datetime import UTC, datetime, timedelta

from photochanger.domain.availability import Availability
from photochanger.domain.breaker import Breaker, BreakerReason
from photochanger.domain.slot import Route

READ_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def opened(*routes: Route, seconds_ago: float = 1.0, reason: BreakerReason = BreakerReason.OUTAGE) -> Availability:
    """Breakers of these routes' providers that three photos have opened."""
    breaker = Breaker()
    for photo in ("a", "b", "c"):
        breaker = breaker.failed(READ_AT - timedelta(seconds=seconds_ago), photo, "connection refused")
    return Availability({(route.provider, reason): breaker for route in routes}, read_at=READ_AT)


def used_up(route: Route, *, seconds: float, slot_id: str | None = None) -> Availability:
    return Availability(waits_ms={(route.provider, slot_id): seconds * 1000}, read_at=READ_AT)
