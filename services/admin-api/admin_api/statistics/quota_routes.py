"""What is left of every limit of the providers, for everybody and on behalf of slots."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import hdrs, web
from pydantic import AwareDatetime, BaseModel

from admin_api.rest.endpoint import Endpoint, json_answer
from admin_api.statistics.price_tables import PriceTables
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.quota_left import day_of, next_midnight, quota_left
from photochanger.domain.user import Role
from photochanger.infrastructure.ledger_reader import CallGroup, LedgerReader, Span
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaRepository, QuotaUse
from photochanger.infrastructure.slot_repository import SlotRepository

PATH = "/api/v1/quotas"
_DAILY = frozenset({Limit.REQUESTS_PER_DAY, Limit.MONEY_PER_DAY})

#: A provider, and the slot on whose behalf; None: everybody.
Scope = tuple[str, str | None]


class QuotaShown(BaseModel):
    """`used` today in the provider's time zone, in the last 60 s, or at once, as the limit's name says.

    Money is in millionths of `currency`. `lasts_until` is when it is used up at the last hour's pace; None: not before
    `resets_at`. A limit without `resets_at` is free again all the time.
    """

    provider: str
    slot_id: str | None
    limit: Limit
    allowed: int
    used: int
    left: int
    used_last_hour: int | None
    currency: str | None
    resets_at: AwareDatetime | None
    lasts_until: AwareDatetime | None


class PaceShown(BaseModel):
    """Calls of the last hour; what nobody knows the cost of is counted at the provider's typical price."""

    provider: str
    slot_id: str | None
    calls_last_hour: int
    cost_micros_last_hour: int
    currency: str


class QuotasLeft(BaseModel):
    """`quotas` are the limits that are set; `paces` of every provider, and of every slot that asked it."""

    at: AwareDatetime
    quotas: tuple[QuotaShown, ...]
    paces: tuple[PaceShown, ...]


@dataclass
class _Pace:
    calls: int = 0
    cost_micros: int = 0


@dataclass(frozen=True)
class _Known:
    """What the answer is made of."""

    now: datetime
    manifests: Mapping[str, ProviderManifest]
    prices: PriceTables
    hour: Mapping[Scope, _Pace]
    minute: Mapping[Scope, _Pace]
    uses: Mapping[tuple[Scope, Limit], QuotaUse]


class QuotaRoutes:
    def __init__(self, mongo: Mongo, providers: ProviderRepository, limits: ProviderLimitsRepository) -> None:
        self._mongo, self._providers, self._limits = mongo, providers, limits
        self._slots = SlotRepository(mongo.database)
        self._ledger, self._quotas = LedgerReader(mongo.database), QuotaRepository(mongo.database)

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.show,
                Role.VIEWER,
                summary="What is used and left of each limit, and until when it lasts at the last hour's pace",
                answer=QuotasLeft,
            ),
        )

    async def show(self, _request: web.Request) -> web.Response:
        manifests = {manifest.name: manifest for manifest in await self._providers.list()}
        prices = await PriceTables.read(self._providers, manifests.values())
        now = await self._mongo.now()
        known = _Known(
            now=now,
            manifests=manifests,
            prices=prices,
            hour=await self._paces(now - timedelta(hours=1), now, prices),
            minute=await self._paces(now - timedelta(minutes=1), now, prices),
            uses={((use.provider, use.slot_id), use.limit): use for use in await self._quotas.uses(of_slots=True)},
        )
        given = await self._given(manifests)
        quotas = tuple(
            _shown(scope, limit, allowed, known)
            for scope, limits in given
            for limit in Limit
            if (allowed := limits.of(limit)) is not None
        )
        paces = tuple(_pace_shown(scope, known) for scope in _scopes(known))
        return json_answer(QuotasLeft(at=now, quotas=quotas, paces=paces))

    async def _paces(self, start: datetime, end: datetime, prices: PriceTables) -> Mapping[Scope, _Pace]:
        return _paces(await self._ledger.sums(Span(start, end)), prices)

    async def _given(self, manifests: Mapping[str, ProviderManifest]) -> list[tuple[Scope, ProviderLimits]]:
        set_by_people = await self._limits.list()
        found: list[tuple[Scope, ProviderLimits]] = []
        for name, manifest in manifests.items():
            limits = set_by_people[name].limits if name in set_by_people else ProviderLimits()
            found.append(((name, None), limits.over(manifest.limits)))
        for slot in await self._slots.list():
            names = dict.fromkeys(route.provider for route in slot.routes if route.provider in manifests)
            found += [((name, slot.id), slot.limits) for name in names]
        return found


def _scopes(known: _Known) -> Iterator[Scope]:
    for name in known.manifests:
        yield name, None
        yield from sorted((scope for scope in known.hour if scope[0] == name and scope[1] is not None), key=str)


def _paces(groups: Iterable[CallGroup], prices: PriceTables) -> dict[Scope, _Pace]:
    paces: dict[Scope, _Pace] = {}
    for group in groups:
        cost = group.cost_micros + group.uncertain * (prices.typical_micros(group.provider, group.model) or 0)
        for slot_id in (None, group.slot_id):
            pace = paces.setdefault((group.provider, slot_id), _Pace())
            pace.calls += group.calls
            pace.cost_micros += cost
    return paces


def _shown(scope: Scope, limit: Limit, allowed: int, known: _Known) -> QuotaShown:
    pace = known.hour.get(scope, _Pace())
    used_last_hour = pace.cost_micros if limit is Limit.MONEY_PER_DAY else pace.calls
    zone = known.manifests[scope[0]].time_zone
    resets_at = next_midnight(known.now, zone) if limit in _DAILY else None
    used = _used(scope, limit, zone, known)
    found = quota_left(allowed=allowed, used=used, used_last_hour=used_last_hour, now=known.now, resets_at=resets_at)
    return QuotaShown(
        provider=scope[0],
        slot_id=scope[1],
        limit=limit,
        allowed=allowed,
        used=used,
        left=found.left,
        used_last_hour=None if limit is Limit.CONCURRENCY else used_last_hour,
        currency=known.prices.currency(scope[0]) if limit is Limit.MONEY_PER_DAY else None,
        resets_at=resets_at,
        lasts_until=found.lasts_until,
    )


def _used(scope: Scope, limit: Limit, time_zone: str, known: _Known) -> int:
    if limit in {Limit.REQUESTS_PER_MINUTE, Limit.IMAGES_PER_MINUTE}:
        # a sliding rate keeps no count; a call counts as one picture
        return known.minute.get(scope, _Pace()).calls
    use = known.uses.get((scope, limit))
    if use is None or (limit in _DAILY and use.day != day_of(known.now, time_zone)):
        return 0
    return use.used or 0


def _pace_shown(scope: Scope, known: _Known) -> PaceShown:
    pace = known.hour.get(scope, _Pace())
    return PaceShown(
        provider=scope[0],
        slot_id=scope[1],
        calls_last_hour=pace.calls,
        cost_micros_last_hour=pace.cost_micros,
        currency=known.prices.currency(scope[0]),
    )
