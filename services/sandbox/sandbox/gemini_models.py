"""The image models the sandbox knows, with the sizes and ratios each takes."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from aiohttp import web

_RATIOS = {
    "1:1": (1024, 1024), "2:3": (848, 1264), "3:2": (1264, 848), "3:4": (896, 1200), "4:3": (1200, 896),
    "4:5": (928, 1152), "5:4": (1152, 928), "9:16": (768, 1376), "16:9": (1376, 768), "21:9": (1584, 672),
}  # fmt: skip
_WIDE_RATIOS = {**_RATIOS, "1:4": (512, 2048), "4:1": (2048, 512), "1:8": (384, 3072), "8:1": (3072, 384)}
_RATIOS_OF_2_5 = {
    "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
    "4:5": (896, 1152), "5:4": (1152, 896), "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
}  # fmt: skip
_SCALES = {"512": Fraction(1, 2), "1K": Fraction(1), "2K": Fraction(2), "4K": Fraction(4)}
_TOKENS = {"512": 747, "1K": 1120, "2K": 1120}


@dataclass(frozen=True)
class ImageModel:
    """One model of `GET /models`: pixel sizes of its ratios at 1K, its `imageSize` values, its usual format."""

    name: str
    display_name: str
    ratios: dict[str, tuple[int, int]]
    #: Empty: the model takes no `imageSize`.
    sizes: tuple[str, ...]
    picture_format: Literal["png", "jpeg"] = "jpeg"
    input_tokens: int = 131_072
    output_tokens: int = 32_768
    #: Output tokens of a picture of `imageSize` 4K, from the list prices.
    tokens_of_4k: int = 2000

    def pixels(self, ratio: str | None, size: str | None, *, follow: tuple[int, int] | None) -> tuple[int, int]:
        """Give the output's width and height; without a ratio the nearest to the size `follow`, else square."""
        if ratio is None:
            ratio = "1:1" if follow is None else self._nearest_ratio(follow)
        width, height = self.ratios[ratio]
        scale = _SCALES[size or "1K"]
        return int(width * scale), int(height * scale)

    def picture_tokens(self, size: str | None) -> int:
        """Output tokens billed for one picture."""
        if not self.sizes:
            return 1290
        return self.tokens_of_4k if size == "4K" else _TOKENS[size or "1K"]

    def listing(self) -> dict[str, Any]:
        """Describe the model as `models.get` does."""
        return {
            "name": f"models/{self.name}", "version": "001", "displayName": self.display_name,
            "description": f"{self.display_name}, simulated by the sandbox", "inputTokenLimit": self.input_tokens,
            "outputTokenLimit": self.output_tokens, "supportedGenerationMethods": ["generateContent"],
            "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 1,
        }  # fmt: skip

    def _nearest_ratio(self, follow: tuple[int, int]) -> str:
        wanted = follow[0] / follow[1]

        def distance(ratio: str) -> float:
            width, height = self.ratios[ratio]
            return max(wanted * height / width, width / height / wanted)

        return min(self.ratios, key=distance)


class RetiredModels(set[str]):
    """Models that the sandbox no longer lists and answers 404 for."""


RETIRED_MODELS = web.AppKey("retired_models", RetiredModels)

_ALL_SIZES = ("512", "1K", "2K", "4K")
IMAGE_MODELS = {
    model.name: model
    for model in (
        ImageModel("gemini-2.5-flash-image", "Nano Banana", _RATIOS_OF_2_5, (), "png", 32_768),
        ImageModel("gemini-3.1-flash-lite-image", "Nano Banana 2 Lite", _WIDE_RATIOS, ("1K",), "jpeg", 65_536, 4_096),
        ImageModel("gemini-3.1-flash-image", "Nano Banana 2", _WIDE_RATIOS, _ALL_SIZES, tokens_of_4k=2520),
        ImageModel("gemini-3-pro-image", "Nano Banana Pro", _RATIOS, _ALL_SIZES[1:]),
        ImageModel("nano-banana-pro-preview", "Nano Banana Pro", _RATIOS, _ALL_SIZES[1:]),
        ImageModel("gemini-nano-banana-2.1", "Nano Banana 2.1", _WIDE_RATIOS, _ALL_SIZES[1:], tokens_of_4k=3780),
    )
}
