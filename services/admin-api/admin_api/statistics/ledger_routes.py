"""What the providers' calls came to and what they cost, by slot, provider and day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from aiohttp import hdrs, web
from pydantic import AwareDatetime, BaseModel

from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.rest.problems import FieldFault, Refused
from admin_api.statistics.statistics_routes import LONGEST, SHORTEST, StatisticsQuery
from photochanger.domain.provider_call import CallOutcome
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import SlotId
from photochanger.domain.usage import PriceTable, price_of
from photochanger.domain.user import Role
from photochanger.infrastructure.ledger_reader import CallGroup, LedgerReader, Span, UncertainCall
from photochanger.infrastructure.provider_repository import ProviderRepository

#: Currency of calls that were never closed, at a provider that is gone.
NO_CURRENCY = "XXX"


class CallsQuery(StatisticsQuery):
    """From `from` on and before `to`: 5 minutes up to 31 days, by when the calls began."""

    slot_id: SlotId | None = None


class Sums(BaseModel):
    """Money is in millionths of `currency`.

    `cost_micros` is what is known; `uncertain_micros` is what the `uncertain_calls` may have cost beside that, at
    the provider's typical price of now.
    """

    provider: str
    currency: str
    calls: int = 0
    delivered: int = 0
    late: int = 0
    refused: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    running: int = 0
    cost_micros: int = 0
    uncertain_calls: int = 0
    uncertain_micros: int = 0

    def add(self, group: CallGroup, typical_micros: int) -> None:
        self.calls += group.calls
        setattr(self, group.outcome, getattr(self, group.outcome) + group.calls)
        self.cost_micros += group.cost_micros
        self.uncertain_calls += group.uncertain
        self.uncertain_micros += group.uncertain * typical_micros


class SlotSums(Sums):
    """`day` is the provider's own: its quota and its invoice turn at its midnight."""

    slot_id: str
    day: date


class UncertainShown(BaseModel):
    """A call of which nobody knows whether it was charged; `typical_micros` None: its provider has no prices."""

    job_id: str
    attempt: int
    slot_id: str
    provider: str
    at: AwareDatetime
    outcome: CallOutcome
    typical_micros: int | None


class CallStatistics(BaseModel):
    """`uncertain` are the newest 1,000."""

    slots: tuple[SlotSums, ...]
    providers: tuple[Sums, ...]
    uncertain: tuple[UncertainShown, ...]


class LedgerRoutes:
    def __init__(self, reader: LedgerReader, providers: ProviderRepository) -> None:
        self._reader = reader
        self._providers = providers

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                "/api/v1/statistics/calls",
                self.show,
                Role.VIEWER,
                summary="How the providers' calls ended and what they cost; test runs count",
                query=CallsQuery,
                answer=CallStatistics,
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        query = query_of(request, CallsQuery)
        if not SHORTEST <= query.end - query.start <= LONGEST:
            raise Refused.for_faults(FieldFault.at("to", detail="must be 5 minutes to 31 days after `from`"))
        manifests = await self._providers.list()
        tables = {manifest.name: await self._table(manifest) for manifest in manifests}
        zones = {manifest.name: manifest.time_zone for manifest in manifests}
        span = Span(query.start, query.end, query.slot_id, zones)
        groups = await self._reader.sums(span)
        groups = [replace(group, currency=group.currency or _currency(tables, group.provider)) for group in groups]
        uncertain = await self._reader.uncertain(span)
        return json_answer(
            CallStatistics(
                slots=_by_slot(groups, tables),
                providers=_by_provider(groups, tables),
                uncertain=tuple(_shown(call, tables) for call in uncertain),
            )
        )

    async def _table(self, manifest: ProviderManifest) -> PriceTable:
        given = await self._providers.given_prices(manifest.name)
        return given or PriceTable(currency=manifest.currency, prices=manifest.prices)


Tables = Mapping[str, PriceTable]


def typical_micros(table: PriceTable | None, model: str | None) -> int | None:
    """What a call may have cost: its model's typical price, where the model is not known the dearest."""
    if table is None or not table.prices:
        return None
    known = None if model is None else price_of(table.prices, model)
    return max(price.typical_call for price in table.prices) if known is None else known.typical_call


def _currency(tables: Tables, provider: str) -> str:
    return tables[provider].currency if provider in tables else NO_CURRENCY


def _by_slot(groups: Iterable[CallGroup], tables: Tables) -> tuple[SlotSums, ...]:
    rows: dict[tuple[str, str, date, str], SlotSums] = {}
    for group in groups:
        currency = group.currency or NO_CURRENCY
        key = group.slot_id, group.provider, group.day, currency
        row = rows.setdefault(
            key, SlotSums(slot_id=group.slot_id, provider=group.provider, day=group.day, currency=currency)
        )
        row.add(group, typical_micros(tables.get(group.provider), group.model) or 0)
    return tuple(rows[key] for key in sorted(rows))


def _by_provider(groups: Iterable[CallGroup], tables: Tables) -> tuple[Sums, ...]:
    rows: dict[tuple[str, str], Sums] = {}
    for group in groups:
        currency = group.currency or NO_CURRENCY
        row = rows.setdefault((group.provider, currency), Sums(provider=group.provider, currency=currency))
        row.add(group, typical_micros(tables.get(group.provider), group.model) or 0)
    return tuple(rows[key] for key in sorted(rows))


def _shown(call: UncertainCall, tables: Tables) -> UncertainShown:
    return UncertainShown(
        job_id=call.job_id,
        attempt=call.attempt,
        slot_id=call.slot_id,
        provider=call.provider,
        at=call.at,
        outcome=call.outcome,
        typical_micros=typical_micros(tables.get(call.provider), call.model),
    )
