"""A slot's parameters for Gemini, and the same as JSON Schema for the slot editor."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from provider_gemini.image_models import DEFAULT_MODEL, KNOWN_MODELS

AspectRatio = Literal[
    "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"
]
ImageSize = Literal["512", "1K", "2K", "4K"]


class Safety(StrEnum):
    """From which probability of harm on Gemini blocks; it never switches off what Gemini always blocks."""

    BLOCK_LOW_AND_ABOVE = "BLOCK_LOW_AND_ABOVE"
    BLOCK_MEDIUM_AND_ABOVE = "BLOCK_MEDIUM_AND_ABOVE"
    BLOCK_ONLY_HIGH = "BLOCK_ONLY_HIGH"
    BLOCK_NONE = "BLOCK_NONE"
    OFF = "OFF"


class GeminiParams(BaseModel):
    """Parameters of every operation; what is None is left to the model."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16_000)] = Field(
        title="Prompt", description="What to make of the photo."
    )
    model: Annotated[str, StringConstraints(pattern=r"^(models/)?[a-z0-9][a-z0-9.-]{0,99}$")] = Field(
        default=DEFAULT_MODEL, title="Model", examples=sorted(KNOWN_MODELS)
    )
    aspect_ratio: AspectRatio | None = Field(
        default=None, title="Aspect ratio", description="Width to height; empty: as the photo."
    )
    image_size: ImageSize | None = Field(default=None, title="Image size", description="Empty: the model's usual.")
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1, title="Seed")
    temperature: float | None = Field(default=None, ge=0, le=2, title="Temperature")
    safety: Safety | None = Field(default=None, title="Safety", description="Empty: Gemini's usual.")

    @model_validator(mode="after")
    def _what_the_model_takes(self) -> Self:
        known = KNOWN_MODELS.get(self.model.removeprefix("models/"))
        if known is None:
            return self
        if self.image_size is not None and self.image_size not in known.sizes:
            raise ValueError(f"image_size: {self.model} does not take {self.image_size}")
        if self.aspect_ratio is not None and self.aspect_ratio not in known.ratios:
            raise ValueError(f"aspect_ratio: {self.model} does not take {self.aspect_ratio}")
        return self


def params_schema() -> dict[str, JsonValue]:
    """JSON Schema of `GeminiParams`, the limits of the known models included."""
    schema: dict[str, JsonValue] = GeminiParams.model_json_schema()
    schema["allOf"] = [_limits_of(name) for name in KNOWN_MODELS]
    return schema


def _limits_of(name: str) -> JsonValue:
    limits: Mapping[str, JsonValue] = {
        "aspect_ratio": {"enum": [*KNOWN_MODELS[name].ratios, None]},
        "image_size": {"enum": [*KNOWN_MODELS[name].sizes, None]},
    }
    condition: dict[str, JsonValue] = {"properties": {"model": {"enum": [name, f"models/{name}"]}}}
    if name != DEFAULT_MODEL:
        condition["required"] = ["model"]
    return {"if": condition, "then": {"properties": dict(limits)}}
