"""What Gemini's image models cost, in millionths of a US dollar: list prices of November 2026.

Only output pictures' prices are published for every model; the other models' input is taken as that of the dearest
known, so that nothing costs more than is said here.
"""

from photochanger.domain.usage import Price


def _price(model: str, *, output: int, typical: int, input_tokens: int = 1_500_000) -> Price:
    return Price(
        model=model, per_million_input_tokens=input_tokens, per_million_output_tokens=output, typical_call=typical
    )


PRICES = (
    _price("gemini-nano-banana-2.1", output=30_000_000, typical=45_000),
    _price("gemini-3.1-flash-image", output=60_000_000, typical=80_000),
    _price("gemini-3.1-flash-lite-image", output=30_000_000, typical=45_000),
    _price("gemini-3-pro-image", output=120_000_000, typical=250_000, input_tokens=2_000_000),
    _price("nano-banana-pro-preview", output=120_000_000, typical=250_000, input_tokens=2_000_000),
    _price("gemini-2.5-flash-image", output=30_000_000, typical=45_000),
)
