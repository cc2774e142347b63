"""A slot's parameters for OpenAI, and the same as JSON Schema for the slot editor."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from provider_openai.image_models import DEFAULT_MODEL, KNOWN_MODELS, RETIRED_MODELS

Quality = Literal["low", "medium", "high", "xhigh", "max"]

_STEP, _LONGEST_RATIO = 16, 3
_MAX_LONG_SIDE, _MAX_SHORT_SIDE = 3840, 2160


def _a_size_it_takes(size: str) -> str:
    short, long = sorted(int(side) for side in size.split("x"))
    if short % _STEP or long % _STEP:
        raise ValueError(f"width and height must be divisible by {_STEP}")
    if short == 0 or long > _LONGEST_RATIO * short:
        raise ValueError("width to height must be between 1:3 and 3:1")
    if long > _MAX_LONG_SIDE or short > _MAX_SHORT_SIDE:
        raise ValueError(f"at most {_MAX_LONG_SIDE}x{_MAX_SHORT_SIDE}")
    return size


def _not_retired(model: str) -> str:
    if model in RETIRED_MODELS:
        raise ValueError(f"{model} is retired")
    return model


Size = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}x[0-9]{2,4}$"), AfterValidator(_a_size_it_takes)]
Model = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$"),
    AfterValidator(_not_retired),
    Field(json_schema_extra={"not": {"enum": list(RETIRED_MODELS)}}),
]


class OpenAIParams(BaseModel):
    """Parameters of every operation; what is None is left to the model."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32_000)] = Field(
        title="Prompt", description="What to make of the photo."
    )
    model: Model = Field(default=DEFAULT_MODEL, title="Model", examples=sorted(KNOWN_MODELS))
    size: Size | None = Field(
        default=None,
        title="Size",
        description="WIDTHxHEIGHT in pixels, each divisible by 16; empty: as the model thinks fit.",
    )
    quality: Quality | None = Field(default=None, title="Quality", description="Empty: as the model thinks fit.")
    background: Literal["opaque", "transparent"] | None = Field(
        default=None, title="Background", description="Transparent gives a PNG with alpha, otherwise a JPEG comes."
    )

    @model_validator(mode="after")
    def _what_the_model_takes(self) -> Self:
        known = KNOWN_MODELS.get(self.model)
        if known is not None and self.quality is not None and self.quality not in known:
            raise ValueError(f"quality: {self.model} does not take {self.quality}")
        return self


def params_schema() -> dict[str, JsonValue]:
    """JSON Schema of `OpenAIParams`, the qualities of the known models included."""
    schema: dict[str, JsonValue] = OpenAIParams.model_json_schema()
    schema["allOf"] = [_qualities_of(model) for model in KNOWN_MODELS]
    return schema


def _qualities_of(model: str) -> JsonValue:
    condition: dict[str, JsonValue] = {"properties": {"model": {"const": model}}}
    if model != DEFAULT_MODEL:
        condition["required"] = ["model"]
    return {"if": condition, "then": {"properties": {"quality": {"enum": [*KNOWN_MODELS[model], None]}}}}
