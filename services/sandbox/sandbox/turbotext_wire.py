"""Reads what is posted to Turbotext: each method's fields, required ones and ranges, as it documents them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sandbox.operations import Operation
from sandbox.turbotext_answers import TurbotextError, failure

_NEGATIVE_WORDS = 80
_BUILT_IN_NEGATIVE = "bad anatomy, extra limbs, deformed hands, blurry, low quality"


class Method(StrEnum):
    """The last part of `/api_ai/…`."""

    #: Processing one photo.
    IMAGE2IMAGE = "generate_image2image"
    #: One photo in the style of another.
    MIX = "mix_images"
    #: One person's face on another's photo.
    DEEPFAKE = "deepfake_photo"
    #: What the account may use.
    AVAILABLE = "available_api"


def _at_most_80_words(text: str) -> str:
    if len(text.split()) > _NEGATIVE_WORDS:
        raise ValueError(f"at most {_NEGATIVE_WORDS} words")
    return text


Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)]
Seed = Annotated[int, Field(ge=1, le=10**10)]


class Form(BaseModel):
    """The fields of one `create_queue`; unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    operation: ClassVar[Operation | None] = None
    content: str = ""

    @property
    def links(self) -> tuple[str, ...]:
        """Give the pictures' links, the photo that is worked on first."""
        return ()


class Image2ImageForm(Form):
    """`generate_image2image`."""

    operation: ClassVar[Operation | None] = Operation.IMAGE_EDIT
    url: Link
    content: str = Field(min_length=1)
    strength: int = Field(default=40, ge=0, le=80)
    seed: Seed | None = None
    scale: float = Field(default=7.5, ge=0.1, le=20)
    negative_prompt: Annotated[str, AfterValidator(_at_most_80_words)] = _BUILT_IN_NEGATIVE
    original_language: str = Field(default="ru", pattern="^[a-z]{2}$")
    user_id: int = 1

    @property
    def links(self) -> tuple[str, ...]:
        return (self.url,)


class MixForm(Form):
    """`mix_images`: `url` is the source of the style."""

    operation: ClassVar[Operation | None] = Operation.STYLE_TRANSFER
    url_image_target: Link
    url: Link

    @property
    def links(self) -> tuple[str, ...]:
        return self.url_image_target, self.url


class DeepfakeForm(Form):
    """`deepfake_photo`: `url_image_target` is the face to put in."""

    operation: ClassVar[Operation | None] = Operation.IDENTITY_TRANSFER
    url: Link
    url_image_target: Link
    face_restore: Literal["True", "False"] = "False"

    @property
    def links(self) -> tuple[str, ...]:
        return self.url, self.url_image_target


_FORMS: dict[Method, type[Form]] = {
    Method.IMAGE2IMAGE: Image2ImageForm,
    Method.MIX: MixForm,
    Method.DEEPFAKE: DeepfakeForm,
    Method.AVAILABLE: Form,
}


def parse_form(method: Method, fields: Mapping[str, str]) -> Form:
    """Read the fields of a `create_queue`.

    Raises:
        TurbotextError: a field is missing or out of its range, or a webhook is asked for.
    """
    if "webhook" in fields:
        raise TurbotextError(failure("params_error: webhook: the sandbox only answers get_result"))
    try:
        return _FORMS[method].model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise TurbotextError(failure(f"params_error: {first['loc'][0]}: {first['msg']}")) from error
