"""What the provider's calls cost now: its manifest's prices, or an administrator's."""

from collections.abc import Sequence

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import Price, Usage, cost_micros, price_of
from photochanger.infrastructure.provider_repository import ProviderRepository

#: Prices change once a month; each look costs the database as much as a photo's claim.
REFRESH_SECONDS = 10.0


class PriceList:
    """The manifest's until `refresh` found an administrator's; what a call cost then is never computed again."""

    def __init__(self, manifest: ProviderManifest) -> None:
        self._manifest = manifest
        self.currency = manifest.currency
        self.prices: Sequence[Price] = manifest.prices

    def cost_of(self, usage: Usage) -> int | None:
        """Give what a charged call costs in millionths of `currency`.

        None when its model has no price, or has one by tokens and nobody said how many.
        """
        price = price_of(self.prices, usage.model)
        by_tokens = price is not None and (price.per_million_input_tokens or price.per_million_output_tokens)
        if by_tokens and usage.input_tokens is None and usage.output_tokens is None:
            return None
        return cost_micros(self.prices, usage)

    async def refresh(self, providers: ProviderRepository) -> None:
        """Read what is in force.

        Raises:
            DatabaseUnavailable: the last known prices stay.
        """
        given = await providers.given_prices(self._manifest.name)
        self.currency = self._manifest.currency if given is None else given.currency
        self.prices = self._manifest.prices if given is None else given.prices
