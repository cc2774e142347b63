"""What Gemini's image models cost, in millionths of a US dollar: list prices of November 2026."""

from photochanger.domain.usage import Price


def _price(model: str, *, of_input: int, of_output: int, typical: int) -> Price:
    return Price(
        model=model, per_million_input_tokens=of_input, per_million_output_tokens=of_output, typical_call=typical
    )


PRICES = (
    _price("gemini-nano-banana-2.1", of_input=1_500_000, of_output=30_000_000, typical=38_100),
    _price("gemini-3.1-flash-image", of_input=500_000, of_output=60_000_000, typical=68_700),
    _price("gemini-3.1-flash-lite-image", of_input=250_000, of_output=30_000_000, typical=34_350),
    _price("gemini-3-pro-image", of_input=2_000_000, of_output=120_000_000, typical=140_400),
    _price("nano-banana-pro-preview", of_input=2_000_000, of_output=120_000_000, typical=140_400),
    _price("gemini-2.5-flash-image", of_input=300_000, of_output=30_000_000, typical=39_600),
)
