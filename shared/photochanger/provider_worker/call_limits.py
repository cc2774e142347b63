"""Takes what a call uses of every limit before it is made, and gives back what it did not use."""

import asyncio
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from photochanger.domain.provider_limits import NO_LIMITS, Limit, ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.rate import Rate
from photochanger.domain.usage import Usage, price_of
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository, Taken
from photochanger.observability import Metrics, get_logger
from photochanger.provider_worker.price_list import PriceList

#: Nobody tells when a place gets free, so it is asked for again after between so many seconds.
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 0.5
#: A lease ends so long after the deadline of its job, at which every call has ended.
LEASE_EXTRA_MS = 1_000

log = get_logger(__name__)


class ProviderClosed(Exception):
    """The provider is not asked now, for `detail`; `retry_after_seconds` None: nobody knows when."""

    def __init__(self, detail: str, retry_after_seconds: float | None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class CallWish:
    """A call to make: how long it may wait for its turn, and how long it can last at most."""

    slot_id: str
    slot_limits: ProviderLimits
    model: str | None
    patience_seconds: float
    longest_seconds: float


@dataclass(frozen=True)
class Reservation:
    """What was taken of one limit."""

    key: QuotaKey
    limit: int
    taken: Taken
    amount: int


@dataclass(frozen=True)
class CallUse:
    """What a call that was made used; None where nobody knows, so that what was taken stays taken."""

    cost_micros: int | None = None
    images: int | None = None


class CallLimits:
    """The limits of one provider, for everybody and for slots; without a limit nothing is asked of the database."""

    def __init__(
        self,
        manifest: ProviderManifest,
        quotas: QuotaRepository,
        limits: ProviderLimitsRepository,
        *,
        prices: PriceList,
        metrics: Metrics,
        uniform: Callable[[float, float], float],
    ) -> None:
        self._manifest = manifest
        self._quotas = quotas
        self._repository = limits
        self._prices = prices
        self._metrics = metrics
        self._uniform = uniform
        self._set = NO_LIMITS

    async def refresh(self) -> None:
        """Read what administrators have set; raises `DatabaseUnavailable`, and what was known stays."""
        self._set = (await self._repository.get(self._manifest.name)).limits

    async def reserve(self, wish: CallWish, reserved: list[Reservation]) -> None:
        """Take the call's share of each limit, waiting for its turn; what was taken is added to `reserved` at once.

        Raises:
            ProviderClosed: a limit is used up for longer than the call may wait.
            DatabaseUnavailable: nobody knows.
        """
        keys = list(self._keys(wish))
        if not keys:
            return
        started = asyncio.get_running_loop().time()
        for key, limit in keys:
            await self._take(key, limit, wish, reserved, until=started + wish.patience_seconds)
        waited = asyncio.get_running_loop().time() - started
        self._metrics.limit_wait.record(waited, {"provider": self._manifest.name})

    async def give_back(self, reserved: list[Reservation]) -> None:
        """The call was not made. Raises `DatabaseUnavailable`."""
        for one in reserved:
            match one.key.limit:
                case Limit.CONCURRENCY:
                    await self._quotas.give_place_back(one.key, one.taken)
                case Limit.REQUESTS_PER_DAY | Limit.MONEY_PER_DAY:
                    await self._quotas.settle_day(one.key, one.taken, change=-one.amount)
                case Limit.REQUESTS_PER_MINUTE | Limit.IMAGES_PER_MINUTE:
                    await self._quotas.give_turn_back(one.key, Rate(one.limit), one.taken)

    async def settle(self, reserved: list[Reservation], use: CallUse) -> None:
        """The call was made and has ended. Raises `DatabaseUnavailable`."""
        for one in reserved:
            match one.key.limit:
                case Limit.CONCURRENCY:
                    await self._quotas.give_place_back(one.key, one.taken)
                case Limit.MONEY_PER_DAY if use.cost_micros is not None and use.cost_micros != one.amount:
                    await self._quotas.settle_day(one.key, one.taken, change=use.cost_micros - one.amount)
                case Limit.IMAGES_PER_MINUTE if use.images == 0:
                    await self._quotas.give_turn_back(one.key, Rate(one.limit), one.taken)
                case Limit.IMAGES_PER_MINUTE if use.images is not None and use.images > 1:
                    await self._quotas.take_more_turns(one.key, Rate(one.limit), use.images - 1)

    def use_of(self, usage: Usage, *, has_answer: bool) -> CallUse:
        """What a call used by what its provider said; a failure of which it said nothing costs nothing."""
        if not has_answer and usage == Usage():
            return CallUse(cost_micros=0, images=0)
        images = usage.images if usage.images is not None or not has_answer else 1
        return CallUse(self._prices.cost_of(usage), images)

    def _keys(self, wish: CallWish) -> Iterator[tuple[QuotaKey, int]]:
        name, limits = self._manifest.name, self._set.over(self._manifest.limits)
        for limit in Limit:
            for slot_id, scope in ((wish.slot_id, wish.slot_limits), (None, limits)):
                value = scope.of(limit)
                if value is not None:
                    yield QuotaKey(name, limit, slot_id), value

    async def _take(
        self, key: QuotaKey, limit: int, wish: CallWish, reserved: list[Reservation], *, until: float
    ) -> None:
        amount = self._estimate(wish.model) if key.limit is Limit.MONEY_PER_DAY else 1
        while True:
            left = max(0.0, until - asyncio.get_running_loop().time())
            taken = await self._ask(key, limit, amount, wish, patience_ms=left * 1000)
            if taken.is_granted:
                break
            pause = self._uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            if key.limit is not Limit.CONCURRENCY or pause > left:
                raise self._refused(key, taken)
            await asyncio.sleep(pause)
        reserved.append(Reservation(key, limit, taken, amount))
        if key.limit in {Limit.REQUESTS_PER_MINUTE, Limit.IMAGES_PER_MINUTE} and taken.wait_ms:
            await asyncio.sleep(taken.wait_ms / 1000)

    async def _ask(self, key: QuotaKey, limit: int, amount: int, wish: CallWish, *, patience_ms: float) -> Taken:
        match key.limit:
            case Limit.CONCURRENCY:
                lease_ms = math.ceil(wish.longest_seconds * 1000) + LEASE_EXTRA_MS
                return await self._quotas.take_place(key, limit, lease_ms=lease_ms)
            case Limit.REQUESTS_PER_DAY | Limit.MONEY_PER_DAY:
                zone = self._manifest.time_zone
                return await self._quotas.take_of_day(key, limit, amount=amount, time_zone=zone)
            case Limit.REQUESTS_PER_MINUTE | Limit.IMAGES_PER_MINUTE:
                return await self._quotas.take_turn(key, Rate(limit), patience_ms=patience_ms)

    def _estimate(self, model: str | None) -> int:
        price = price_of(self._prices.prices, model)
        return 0 if price is None else price.typical_call or price.per_call + price.per_image

    def _refused(self, key: QuotaKey, taken: Taken) -> ProviderClosed:
        scope = "provider" if key.slot_id is None else "slot"
        labels = {"provider": key.provider, "limit": key.limit.value, "scope": scope}
        self._metrics.limit_refusals.add(1, labels)
        wait = None if taken.wait_ms is None else taken.wait_ms / 1000
        log.info("limit_used_up", **labels, slot_id=key.slot_id, wait_seconds=wait, next="another provider, or 503")
        return ProviderClosed(f"{key.limit.value} of {key.provider} is used up ({scope})", wait)


def model_of(params: "dict[str, JsonValue]") -> str | None:
    """The model that a route names; None: its provider's own choice."""
    model = params.get("model")
    return model if isinstance(model, str) else None
