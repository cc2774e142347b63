"""A job's parameters and pictures as one form of `images/edits`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from pydantic import JsonValue, ValidationError

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputPicture
from photochanger.provider_worker.provider_text import presentable
from provider_openai.params import OpenAIParams

_PICTURES = "image[]"


class SentOnce(BytesIO):
    """A picture that is let go of behind its last byte: a call that waits for its answer holds none."""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            self.close()
        return piece


#: A part of the form: file name, content and type.
Part = tuple[str, SentOnce, str]


@dataclass(frozen=True)
class OpenAICall:
    """The form's fields, and its pictures in order; they can be sent once."""

    model: str
    fields: Mapping[str, str] = field(repr=False)
    pictures: Sequence[tuple[str, Part]] = field(repr=False)


def checked(params: Mapping[str, JsonValue]) -> OpenAIParams:
    """Give the slot's parameters.

    Raises:
        ProviderFailure: they are not what OpenAI takes.
    """
    try:
        return OpenAIParams.model_validate(params)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))} {fault['msg']}" for fault in error.errors())
        raise ProviderFailure(FailureKind.BAD_REQUEST, presentable(f"parameters: {faults}")) from None


def build_request(params: OpenAIParams, photo: InputPicture, templates: Sequence[InputPicture]) -> OpenAICall:
    """Put the guest's photo first, then the templates in the slot's order."""
    is_transparent = params.background == "transparent"
    given = {
        "model": params.model,
        "prompt": params.prompt,
        "size": params.size,
        "quality": params.quality,
        "background": params.background,
        # a photograph as PNG is five times the bytes
        "output_format": "png" if is_transparent else "jpeg",
    }
    fields = {name: value for name, value in given.items() if value is not None}
    pictures = [(_PICTURES, _part(index, picture)) for index, picture in enumerate((photo, *templates))]
    return OpenAICall(params.model, fields, pictures)


def _part(index: int, picture: InputPicture) -> Part:
    suffix = picture.type.value.partition("/")[2]
    return f"{index}-{picture.role}.{suffix}", SentOnce(picture.data), picture.type.value
