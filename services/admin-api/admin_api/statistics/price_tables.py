"""The prices in force, by provider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import PriceTable, price_of
from photochanger.infrastructure.provider_repository import ProviderRepository

#: Currency of calls that were never closed, at a provider that is gone.
NO_CURRENCY = "XXX"


@dataclass(frozen=True)
class PriceTables:
    """Those that administrators gave, else the manifests'."""

    tables: Mapping[str, PriceTable]

    @classmethod
    async def read(cls, providers: ProviderRepository, manifests: Iterable[ProviderManifest]) -> Self:
        tables = {}
        for manifest in manifests:
            given = await providers.given_prices(manifest.name)
            tables[manifest.name] = given or PriceTable(currency=manifest.currency, prices=manifest.prices)
        return cls(tables)

    def currency(self, provider: str) -> str:
        return self.tables[provider].currency if provider in self.tables else NO_CURRENCY

    def typical_micros(self, provider: str, model: str | None) -> int | None:
        """What a call may have cost: its model's typical price, where the model is not known the dearest."""
        table = self.tables.get(provider)
        if table is None or not table.prices:
            return None
        known = None if model is None else price_of(table.prices, model)
        return max(price.typical_call for price in table.prices) if known is None else known.typical_call
