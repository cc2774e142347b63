"""What each of OpenAI's image models takes.

Sources: `image_edit_params.py` of the vendor's own client openai 3.54.0, and public price tables of November 2026.
"""

from collections.abc import Mapping
from types import MappingProxyType

DEFAULT_MODEL = "gpt-image-2"

_QUALITIES = ("low", "medium", "high")
_MORE_QUALITIES = (*_QUALITIES, "xhigh", "max")

#: The qualities of each model; one that is not here is sent what the slot says: the list is older than the next model.
KNOWN_MODELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gpt-image-2": _QUALITIES,
        "gpt-image-2.5-sunburst": _MORE_QUALITIES,
        "gpt-image-2.5-flare": _MORE_QUALITIES,
        "gpt-image-2.6-sunburst": _MORE_QUALITIES,
        "gpt-image-2.6-flare": _MORE_QUALITIES,
    }
)

#: Shut down, or about to be: May and October 2026, the last three on 2026-12-01.
RETIRED_MODELS = (
    "dall-e-2",
    "dall-e-3",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "chatgpt-image-latest",
)
