"""Whether a provider may be asked now, as far as was known a second ago."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from photochanger.domain.breaker import HALF_OPEN_AFTER_SECONDS, Breaker, BreakerReason, BreakerState

#: With another provider left to ask, nobody waits longer than this for a limit's next turn.
PATIENCE_WITH_FALLBACK_MS = 5_000

#: Provider and reason.
BreakerKey = tuple[str, BreakerReason]
#: Provider, and the slot on whose behalf; None: everybody.
Scope = tuple[str, str | None]


def patience_ms(for_calls_ms: float, *, needed_ms: float, has_fallback: bool) -> float:
    """How long a photo may wait for a limit's next turn, so that a call that takes `needed_ms` still ends in time."""
    fits = max(0.0, for_calls_ms - needed_ms)
    return min(fits, PATIENCE_WITH_FALLBACK_MS) if has_fallback else fits


@dataclass(frozen=True)
class Closure:
    """Why a provider is not asked, in plain words, and when asking makes sense again; None: nobody knows."""

    detail: str
    retry_after_seconds: float | None


@dataclass(frozen=True)
class Availability:
    """Breakers as they were at `read_at`, by the database's clock; limits that were used up then, with their wait."""

    breakers: Mapping[BreakerKey, Breaker] = field(default_factory=lambda: MappingProxyType({}))
    waits_ms: Mapping[Scope, float] = field(default_factory=lambda: MappingProxyType({}))
    read_at: datetime | None = None
    #: providers whose one try has just gone to another photo
    tried: frozenset[str] = frozenset()

    def closure(self, provider: str, slot_id: str, *, patience_ms: float) -> Closure | None:
        """Why the provider is not to be asked for this slot; None: it may, perhaps by the one photo that tries."""
        for (name, reason), breaker in self.breakers.items():
            if name == provider and not breaker.is_closed and (provider in self.tried or not self._is_due(breaker)):
                return Closure(f"{provider} is not asked ({reason}): {breaker.detail}", self._left_seconds(breaker))
        waits = [self.waits_ms.get((provider, scope), 0.0) for scope in (None, slot_id)]
        if max(waits) > patience_ms:
            return Closure(f"the limits of {provider} are used up", max(waits) / 1000)
        return None

    def due(self, provider: str) -> tuple[BreakerReason, ...]:
        """The reasons for which the next photo has to be the one that tries."""
        of_provider = {reason: breaker for (name, reason), breaker in self.breakers.items() if name == provider}
        return tuple(reason for reason, breaker in of_provider.items() if self._is_due(breaker))

    def for_calls(self) -> "Availability":
        """The same for photos that were sent to a provider already: a pause does not stop them."""
        kept = {key: breaker for key, breaker in self.breakers.items() if key[1] is not BreakerReason.PAUSE}
        return replace(self, breakers=kept)

    def without(self, provider: str) -> "Availability":
        """The same when somebody else has got the provider's one try."""
        return replace(self, tried=self.tried | {provider})

    def _is_due(self, breaker: Breaker) -> bool:
        return self.read_at is not None and breaker.is_due(self.read_at)

    def _left_seconds(self, breaker: Breaker) -> float | None:
        if breaker.is_manual or self.read_at is None:
            return None
        if breaker.state is BreakerState.HALF_OPEN:
            return HALF_OPEN_AFTER_SECONDS
        return max(1.0, (breaker.due_at - self.read_at).total_seconds())


EVERYBODY_OPEN = Availability()
