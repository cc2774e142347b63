"""A slot's parameters for OpenAI, and the same as JSON Schema for the slot editor."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from provider_openai.image_models import DEFAULT_MODEL, KNOWN_MODELS, RETIRED_MODELS

Quality = Literal["low", "medium", "high", "xhigh", "max"]

#: A choice of what the models take, which is every width and height divisible by 16 up to 3840x2160 within 1:3 and 3:1:
#: squares, then 3:2, 4:3 and 16:9, lying and standing.
Size = Literal[
    "1024x1024", "2048x2048",
    "1536x1024", "2160x1440", "3072x2048", "1024x1536", "1440x2160", "2048x3072",
    "1280x960", "2048x1536", "960x1280", "1536x2048",
    "1536x864", "2560x1440", "3840x2160", "864x1536", "1440x2560", "2160x3840",
]  # fmt: skip


def _not_retired(model: str) -> str:
    if model in RETIRED_MODELS:
        raise ValueError(f"{model} is retired")
    return model


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
        default=None, title="Size", description="Width and height in pixels; empty: as the model thinks fit."
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
