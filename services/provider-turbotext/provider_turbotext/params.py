"""A slot's parameters for Turbotext, one model an operation; what is None is left to Turbotext."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_NEGATIVE_WORDS = 80

Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
#: As a pattern, so that the schema has it too and a slot with more is not saved.
FEW_WORDS = rf"^\s*\S+(\s+\S+){{0,{MAX_NEGATIVE_WORDS - 1}}}\s*$"
NegativePrompt = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=FEW_WORDS)
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ImageEditParams(_Params):
    """Parameters of `generate_image2image`."""

    prompt: Prompt = Field(title="Prompt", description="What to make of the photo.")
    negative_prompt: NegativePrompt | None = Field(
        default=None, title="Negative prompt", description=f"What to avoid, at most {MAX_NEGATIVE_WORDS} words."
    )
    strength: int | None = Field(
        default=None, ge=0, le=80, title="Strength", description="How far from the photo; empty: 40."
    )
    seed: int | None = Field(default=None, ge=1, le=10**10, title="Seed")
    scale: float | None = Field(
        default=None, ge=0.1, le=20, title="Scale", description="How close to the prompt; empty: 7.5."
    )
    original_language: Language | None = Field(
        default=None, title="Language of the prompt", description="Two letters; empty: ru."
    )
    user_id: int | None = Field(
        default=None, ge=1, le=10**10, title="User", description="A number of your own that comes back; empty: 1."
    )


class StyleTransferParams(_Params):
    """Parameters of `mix_images`."""

    prompt: Prompt | None = Field(default=None, title="Prompt", description="What to keep in mind beside the style.")


class IdentityTransferParams(_Params):
    """Parameters of `deepfake_photo`."""

    face_restore: bool = Field(default=False, title="Restore the face", description="Sharpens the new face.")


Params = ImageEditParams | StyleTransferParams | IdentityTransferParams
