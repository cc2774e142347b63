"""The originals' quotas: calls in any 60 s, and a day's, which begins anew at the provider's midnight."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from sandbox.behaviours import Provider
from sandbox.prices import TIME_ZONES

_MINUTE = timedelta(seconds=60)


class Quota(BaseModel):
    """The body of `PUT /control/quota/{provider}`: per model where the provider has models; None: no limit.

    Gemini's are a project's own and published nowhere any more. Of Turbotext's, `requests_per_day` are the photo
    attempts of the tariff.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: int | None = Field(default=None, ge=0, le=1_000_000)
    requests_per_day: int | None = Field(default=None, ge=0, le=1_000_000)


@dataclass(frozen=True)
class OverQuota:
    """Why a call is turned away, and in how many seconds it would not be."""

    per_day: bool
    limit: int
    retry_seconds: float


@dataclass
class _Used:
    minute: deque[datetime]
    day: date
    in_day: int = 0


class Quotas:
    """Counts what was let in; a call that was turned away counts for nothing."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._quotas: dict[Provider, Quota] = {}
        self._used: dict[tuple[Provider, str], _Used] = {}

    def put(self, provider: Provider, quota: Quota) -> None:
        self._quotas[provider] = quota

    def take_away(self, provider: Provider) -> None:
        self._quotas.pop(provider, None)

    def clear(self) -> None:
        """Forget quotas and what was used of them."""
        self._quotas.clear()
        self._used.clear()

    def take(self, provider: Provider, model: str) -> OverQuota | None:
        """Let a call in and count it; else say why not."""
        quota = self._quotas.get(provider)
        if quota is None:
            return None
        now = self._now()
        used = self._current(provider, model, now)
        if quota.requests_per_day is not None and used.in_day >= quota.requests_per_day:
            return OverQuota(True, quota.requests_per_day, _seconds_to_midnight(provider, now))
        if quota.requests_per_minute is not None and len(used.minute) >= quota.requests_per_minute:
            wait = (used.minute[0] + _MINUTE - now).total_seconds() if used.minute else _MINUTE.total_seconds()
            return OverQuota(False, quota.requests_per_minute, wait)
        used.minute.append(now)
        used.in_day += 1
        return None

    def shown(self) -> dict[str, dict[str, object]]:
        """Give limits, and what is used of them by the model that has used most."""
        shown: dict[str, dict[str, object]] = defaultdict(dict)
        for provider, quota in self._quotas.items():
            now = self._now()
            all_used = [self._current(*key, now) for key in self._used if key[0] is provider]
            shown[provider.value] = quota.model_dump() | {
                "used_in_minute": max((len(used.minute) for used in all_used), default=0),
                "used_in_day": max((used.in_day for used in all_used), default=0),
                "seconds_to_reset": math.ceil(_seconds_to_midnight(provider, now)),
            }
        return shown

    def _current(self, provider: Provider, model: str, now: datetime) -> _Used:
        today = now.astimezone(_zone(provider)).date()
        used = self._used.setdefault((provider, model), _Used(deque(), today))
        while used.minute and used.minute[0] + _MINUTE <= now:
            used.minute.popleft()
        if used.day != today:
            used.day, used.in_day = today, 0
        return used


def _zone(provider: Provider) -> ZoneInfo:
    return ZoneInfo(TIME_ZONES.get(provider, "UTC"))


def _seconds_to_midnight(provider: Provider, now: datetime) -> float:
    zone = _zone(provider)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), tzinfo=zone)
    return (midnight.astimezone(UTC) - now).total_seconds()
