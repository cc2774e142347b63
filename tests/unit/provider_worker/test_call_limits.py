"""What a call takes of its limits, and what it gives back."""

import pytest

from photochanger.domain.provider_limits import NO_LIMITS, Limit, ProviderLimits
from photochanger.domain.rate import Rate
from photochanger.domain.usage import Price, Usage
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository, SetLimits
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository, Taken
from photochanger.observability import Telemetry
from photochanger.provider_worker.call_limits import CallLimits, CallUse, CallWish, ProviderClosed, Reservation
from photochanger.provider_worker.price_list import PriceList
from tests.availabilities import READ_AT
from tests.provider_fakes import manifest

PRICE = Price(typical_call=40_000, per_image=30_000)


class Asked(QuotaRepository):
    """Grants all but `refused`; remembers what was asked for."""

    def __init__(self, *refused: Limit) -> None:
        self.refused = set(refused)
        self.places_free_after = 0
        self.asked: list[tuple[str, int]] = []
        self.given_back: list[tuple[str, int]] = []

    async def take_turn(self, key: QuotaKey, rate: Rate, *, patience_ms: float) -> Taken:
        return self._taken(key, rate.limit, wait_ms=90_000.0)

    async def take_of_day(self, key: QuotaKey, limit: int, *, amount: int, time_zone: str) -> Taken:
        return self._taken(key, amount, wait_ms=3_600_000.0)

    async def take_place(self, key: QuotaKey, limit: int, *, lease_ms: int) -> Taken:
        self.places_free_after -= 1
        if self.places_free_after == 0:
            self.refused.discard(Limit.CONCURRENCY)
        return self._taken(key, lease_ms, wait_ms=None)

    async def give_turn_back(self, key: QuotaKey, rate: Rate, taken: Taken) -> None:
        self.given_back.append((key.id, 1))

    async def take_more_turns(self, key: QuotaKey, rate: Rate, count: int) -> None:
        self.given_back.append((key.id, -count))

    async def settle_day(self, key: QuotaKey, taken: Taken, *, change: int) -> None:
        self.given_back.append((key.id, -change))

    async def give_place_back(self, key: QuotaKey, taken: Taken) -> None:
        self.given_back.append((key.id, 1))

    def _taken(self, key: QuotaKey, amount: int, *, wait_ms: float | None) -> Taken:
        self.asked.append((key.id, amount))
        is_granted = key.limit not in self.refused
        return Taken(is_granted, None if is_granted else wait_ms, READ_AT, mark="mark")


class SetTo(ProviderLimitsRepository):
    def __init__(self, limits: ProviderLimits) -> None:
        self._set = SetLimits(limits, 1)

    async def get(self, provider: str) -> SetLimits:
        return self._set


async def call_limits(quotas: Asked, limits: ProviderLimits, *, given: tuple[Price, ...] = ()) -> CallLimits:
    """`given` are an administrator's prices, in place of the manifest's."""
    priced = manifest().model_copy(update={"prices": (PRICE,)})
    prices = PriceList(priced)
    prices.prices = given or prices.prices
    found = CallLimits(
        priced,
        quotas,
        SetTo(limits),
        prices=prices,
        metrics=Telemetry("tests").metrics,
        uniform=lambda low, _: low,
    )
    await found.refresh()
    return found


def a_wish(slot_limits: ProviderLimits = NO_LIMITS, *, patience_seconds: float = 0.0) -> CallWish:
    return CallWish("demo", slot_limits, None, patience_seconds=patience_seconds, longest_seconds=30.0)


ALL = ProviderLimits(
    requests_per_minute=10, requests_per_day=500, images_per_minute=20, concurrency=4, money_per_day=10**9
)


async def test_without_a_limit_nothing_is_asked_of_the_database() -> None:
    quotas, reserved = Asked(), list[Reservation]()

    await (await call_limits(quotas, NO_LIMITS)).reserve(a_wish(), reserved)

    assert (quotas.asked, reserved) == ([], [])


async def test_every_limit_of_slot_and_provider_is_taken_the_spaced_ones_last() -> None:
    quotas, reserved = Asked(), list[Reservation]()

    await (await call_limits(quotas, ALL)).reserve(a_wish(ProviderLimits(requests_per_day=3)), reserved)

    assert quotas.asked == [
        ("gemini/*/concurrency", 31_000),
        ("gemini/demo/requests_per_day", 1),
        ("gemini/*/requests_per_day", 1),
        ("gemini/*/money_per_day", 40_000),
        ("gemini/*/images_per_minute", 20),
        ("gemini/*/requests_per_minute", 10),
    ]
    assert len(reserved) == 6


async def test_a_call_that_was_not_made_gives_everything_back() -> None:
    quotas, reserved = Asked(Limit.REQUESTS_PER_MINUTE), list[Reservation]()
    limits = await call_limits(quotas, ALL)

    with pytest.raises(ProviderClosed) as closed:
        await limits.reserve(a_wish(), reserved)
    await limits.give_back(reserved)

    assert closed.value.retry_after_seconds == 90
    assert quotas.given_back == [
        ("gemini/*/concurrency", 1),
        ("gemini/*/requests_per_day", 1),
        ("gemini/*/money_per_day", 40_000),
        ("gemini/*/images_per_minute", 1),
    ]


@pytest.mark.parametrize(
    ("usage", "has_answer", "settled"),
    [
        (Usage(images=1), True, {"money": 10_000}),
        (Usage(images=3), True, {"money": -50_000, "images": -2}),
        (Usage(), False, {"money": 40_000, "images": 1}),
        (Usage(images=1), False, {"money": 10_000}),
    ],
)
async def test_what_was_taken_is_settled_to_what_the_call_used(
    usage: Usage, has_answer: bool, settled: dict[str, int]
) -> None:
    quotas, reserved = Asked(), list[Reservation]()
    limits = await call_limits(quotas, ALL)
    await limits.reserve(a_wish(), reserved)

    await limits.settle(reserved, limits.use_of(usage, has_answer=has_answer))

    expected = {"concurrency": 1} | {f"{name}_per_{_SPAN[name]}": amount for name, amount in settled.items()}
    assert dict(quotas.given_back) == {f"gemini/*/{name}": amount for name, amount in expected.items()}


_SPAN = {"money": "day", "images": "minute"}


async def test_of_a_call_whose_end_nobody_knows_everything_but_its_place_stays_taken() -> None:
    quotas, reserved = Asked(), list[Reservation]()
    limits = await call_limits(quotas, ALL)
    await limits.reserve(a_wish(), reserved)

    await limits.settle(reserved, CallUse())

    assert quotas.given_back == [("gemini/*/concurrency", 1)]


async def test_a_place_is_asked_for_again_until_one_is_free() -> None:
    quotas, reserved = Asked(Limit.CONCURRENCY), list[Reservation]()
    quotas.places_free_after = 3

    limits = await call_limits(quotas, ProviderLimits(concurrency=1))
    await limits.reserve(a_wish(patience_seconds=5), reserved)

    assert len(quotas.asked) == 3
    assert len(reserved) == 1


async def test_nobody_waits_for_a_place_longer_than_the_photo_can() -> None:
    quotas = Asked(Limit.CONCURRENCY)
    limits = await call_limits(quotas, ProviderLimits(concurrency=1))

    with pytest.raises(ProviderClosed) as closed:
        await limits.reserve(a_wish(patience_seconds=0.1), [])

    assert closed.value.retry_after_seconds is None


async def test_an_administrators_prices_are_those_that_are_taken() -> None:
    quotas = Asked()
    limits = await call_limits(quotas, ProviderLimits(money_per_day=10**9), given=(Price(per_call=7, typical_call=7),))

    await limits.reserve(a_wish(), [])

    assert quotas.asked == [("gemini/*/money_per_day", 7)]
    assert limits.use_of(Usage(images=1), has_answer=True).cost_micros == 7
