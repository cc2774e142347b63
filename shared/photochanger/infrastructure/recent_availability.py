"""Keeps at hand which providers may be asked."""

from dataclasses import replace

from photochanger.domain.availability import EVERYBODY_OPEN
from photochanger.domain.breaker import BreakerState
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.observability import Metrics

#: With the time of the queries themselves, nobody decides by what is older than a second.
REFRESH_SECONDS = 0.9

_SHOWN_AS = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


class RecentAvailability:
    """`current` is as old as the last `refresh`; before the first one everybody may be asked."""

    def __init__(self, breakers: Breakers, quotas: QuotaRepository, metrics: Metrics) -> None:
        self._breakers = breakers
        self._quotas = quotas
        self._metrics = metrics
        self.current = EVERYBODY_OPEN

    async def refresh(self) -> None:
        """Read anew.

        Raises:
            DatabaseUnavailable: what was known stays.
        """
        breakers, waits = await self._breakers.read(), await self._quotas.waits_ms()
        self.current = replace(breakers, waits_ms=waits)
        for (provider, reason), breaker in breakers.breakers.items():
            labels = {"provider": provider, "reason": reason.value}
            self._metrics.breaker_state.set(_SHOWN_AS[breaker.state], labels)
