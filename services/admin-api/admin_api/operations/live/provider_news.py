"""Puts into the live feed how providers are: breakers that open and close, pauses, a paused one come to rest."""

from admin_api.operations.live.live_feed import LiveFeed, LiveKind
from admin_api.providers.pause_routes import PauseState, pause_state
from photochanger.domain.availability import Availability, BreakerKey
from photochanger.domain.breaker import Breaker, BreakerReason
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.work_under_way import WorkReader

LOOK_SECONDS = 1.0


class ProviderNews:
    """Looks only while somebody watches; what changed meanwhile is told when somebody does again."""

    def __init__(self, feed: LiveFeed, breakers: Breakers, work: WorkReader) -> None:
        self._feed = feed
        self._breakers = breakers
        self._work = work
        self._known: dict[BreakerKey, str] | None = None

    async def look(self) -> None:
        """Tell what changed since the last look; raises `DatabaseUnavailable`, and the next look tells it."""
        if not self._feed.watchers:
            return
        availability = await self._breakers.read()
        states = {key: breaker.state.value for key, breaker in availability.breakers.items()}
        states |= await self._pauses(availability)
        if self._known is not None:
            for key, state in states.items():
                if self._known.get(key) != state:
                    self._tell(key, state, availability.breakers[key])
        self._known = states

    async def _pauses(self, availability: Availability) -> dict[BreakerKey, str]:
        pauses = {key: breaker for key, breaker in availability.breakers.items() if key[1] is BreakerReason.PAUSE}
        if all(breaker.is_closed for breaker in pauses.values()):
            return dict.fromkeys(pauses, PauseState.ACTIVE.value)
        work = await self._work.read()
        return {
            key: PauseState.ACTIVE.value
            if breaker.is_closed
            else pause_state(breaker, work.of(key[0]), availability.read_at).value
            for key, breaker in pauses.items()
        }

    def _tell(self, key: BreakerKey, state: str, breaker: Breaker) -> None:
        provider, reason = key
        told = {"provider": provider, "reason": reason.value, "state": state, "detail": breaker.detail}
        self._feed.add(LiveKind.PROVIDER, told)
