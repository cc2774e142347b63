"""What the originals take for a call, in millionths: list prices of November 2026."""

from dataclasses import dataclass

from sandbox.behaviours import Provider

_MILLION = 1_000_000


@dataclass(frozen=True)
class Billed:
    """What a call is charged for."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class Tariff:
    """A model's price per call, and per million tokens."""

    per_call: int = 0
    per_million_input_tokens: int = 0
    per_million_output_tokens: int = 0

    def amount(self, billed: Billed) -> int:
        """Give the amount in millionths, rounded half up."""
        tokens = billed.input_tokens * self.per_million_input_tokens
        tokens += billed.output_tokens * self.per_million_output_tokens
        return self.per_call + (tokens + _MILLION // 2) // _MILLION


#: Of Turbotext, in photo attempts of the tariff (ISO 4217 "XXX": no currency).
CURRENCIES = {Provider.GEMINI: "USD", Provider.TURBOTEXT: "XXX", Provider.OPENAI: "USD"}
TIME_ZONES = {Provider.GEMINI: "America/Los_Angeles", Provider.TURBOTEXT: "Europe/Moscow", Provider.OPENAI: "UTC"}
_PRO = Tariff(0, 2_000_000, 120_000_000)
_TARIFFS = {
    (Provider.GEMINI, "gemini-nano-banana-2.1"): Tariff(0, 1_500_000, 30_000_000),
    (Provider.GEMINI, "gemini-3.1-flash-lite-image"): Tariff(0, 250_000, 30_000_000),
    (Provider.GEMINI, "gemini-2.5-flash-image"): Tariff(0, 300_000, 30_000_000),
    (Provider.GEMINI, "gemini-3.1-flash-image"): Tariff(0, 500_000, 60_000_000),
    (Provider.GEMINI, "gemini-3-pro-image"): _PRO,
    (Provider.GEMINI, "nano-banana-pro-preview"): _PRO,
}
_OPENAI = Tariff(0, 8_000_000, 30_000_000)
_ONE_ATTEMPT = Tariff(per_call=_MILLION)


def tariff_of(provider: Provider, model: str) -> Tariff:
    """Give the price of a call; Turbotext's is one photo attempt, a model of Gemini's that nobody knows is free."""
    if provider is Provider.TURBOTEXT:
        return _ONE_ATTEMPT
    if provider is Provider.OPENAI:
        return _OPENAI
    return _TARIFFS.get((provider, model), Tariff())
