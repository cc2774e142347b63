"""What the providers' calls came to and what they cost, by slot, provider and day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from aiohttp import hdrs, web
from pydantic import AwareDatetime, BaseModel

from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.statistics.price_tables import NO_CURRENCY, PriceTables
from admin_api.statistics.statistics_models import StatisticsQuery
from photochanger.domain.provider_call import CallOutcome
from photochanger.domain.slot import SlotId
from photochanger.domain.user import Role
from photochanger.infrastructure.ledger_reader import CallGroup, LedgerReader, Span, UncertainCall
from photochanger.infrastructure.provider_repository import ProviderRepository


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
        asked = query.span()
        manifests = await self._providers.list()
        prices = await PriceTables.read(self._providers, manifests)
        zones = {manifest.name: manifest.time_zone for manifest in manifests}
        span = Span(asked.start, asked.end, query.slot_id, zones)
        groups = await self._reader.sums(span)
        groups = [replace(group, currency=group.currency or prices.currency(group.provider)) for group in groups]
        uncertain = await self._reader.uncertain(span)
        return json_answer(
            CallStatistics(
                slots=_by_slot(groups, prices),
                providers=_by_provider(groups, prices),
                uncertain=tuple(_shown(call, prices) for call in uncertain),
            )
        )


def _by_slot(groups: Iterable[CallGroup], prices: PriceTables) -> tuple[SlotSums, ...]:
    rows: dict[tuple[str, str, date, str], SlotSums] = {}
    for group in groups:
        currency = group.currency or NO_CURRENCY
        key = group.slot_id, group.provider, group.day, currency
        row = rows.setdefault(
            key, SlotSums(slot_id=group.slot_id, provider=group.provider, day=group.day, currency=currency)
        )
        row.add(group, prices.typical_micros(group.provider, group.model) or 0)
    return tuple(rows[key] for key in sorted(rows))


def _by_provider(groups: Iterable[CallGroup], prices: PriceTables) -> tuple[Sums, ...]:
    rows: dict[tuple[str, str], Sums] = {}
    for group in groups:
        currency = group.currency or NO_CURRENCY
        row = rows.setdefault((group.provider, currency), Sums(provider=group.provider, currency=currency))
        row.add(group, prices.typical_micros(group.provider, group.model) or 0)
    return tuple(rows[key] for key in sorted(rows))


def _shown(call: UncertainCall, prices: PriceTables) -> UncertainShown:
    return UncertainShown(
        job_id=call.job_id,
        attempt=call.attempt,
        slot_id=call.slot_id,
        provider=call.provider,
        at=call.at,
        outcome=call.outcome,
        typical_micros=prices.typical_micros(call.provider, call.model),
    )
