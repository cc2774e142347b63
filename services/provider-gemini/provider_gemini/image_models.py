"""What each of Gemini's image models takes.

Sources: the models list of google-genai 3.4.0, vendor documentation and public price tables of November 2026.
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
    """The ratios and sizes a model takes; no sizes: it must be sent none."""

    ratios: tuple[str, ...]
    sizes: tuple[str, ...]


#: A model that is not here is sent what the slot says: the list is older than the next model.
KNOWN_MODELS: Mapping[str, ImageModel] = MappingProxyType(
    {
        "gemini-nano-banana-2.1": ImageModel(WIDE_RATIOS, ("1K", "2K", "4K")),
        "gemini-3.1-flash-image": ImageModel(WIDE_RATIOS, SIZES),
        "gemini-3.1-flash-lite-image": ImageModel(WIDE_RATIOS, ("1K",)),
        "gemini-3-pro-image": ImageModel(RATIOS, ("1K", "2K", "4K")),
        "nano-banana-pro-preview": ImageModel(RATIOS, ("1K", "2K", "4K")),
        "gemini-2.5-flash-image": ImageModel(RATIOS, ()),
    }
)
