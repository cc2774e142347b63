"""What each of Gemini's image models takes.

Sources: the models list of google-genai 3.4.0 and vendor documentation; the list prices are those of the price table in
LiteLLM 1.109.1 as read on 2026-11-28, which agree with Google's prices for a picture ($0.0336, 0.067, 0.134, 0.039).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DEFAULT_MODEL = "gemini-nano-banana-2.1"

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
WIDE_RATIOS = (*RATIOS, "1:4", "4:1", "1:8", "8:1")
SIZES = ("512", "1K", "2K", "4K")


@dataclass(frozen=True)
class ImageModel:
    """The ratios and sizes a model takes; no sizes: it must be sent none.

    Prices are US dollars for a million tokens, of the request and of a picture; `picture_tokens` those of a usual one.
    """

    ratios: tuple[str, ...]
    sizes: tuple[str, ...]
    input_price: str
    picture_price: str
    picture_tokens: int = 1120


#: A model that is not here is sent what the slot says: the list is older than the next model.
KNOWN_MODELS: Mapping[str, ImageModel] = MappingProxyType(
    {
        "gemini-nano-banana-2.1": ImageModel(WIDE_RATIOS, ("1K", "2K", "4K"), "1.50", "30"),
        "gemini-3.1-flash-image": ImageModel(WIDE_RATIOS, SIZES, "0.50", "60"),
        "gemini-3.1-flash-lite-image": ImageModel(WIDE_RATIOS, ("1K",), "0.25", "30"),
        "gemini-3-pro-image": ImageModel(RATIOS, ("1K", "2K", "4K"), "2.00", "120"),
        "nano-banana-pro-preview": ImageModel(RATIOS, ("1K", "2K", "4K"), "2.00", "120"),
        "gemini-2.5-flash-image": ImageModel(RATIOS, (), "0.30", "30", picture_tokens=1290),
    }
)
