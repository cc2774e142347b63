"""Reads a `generateContent` request: both spellings of its names, both alphabets of base64."""

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox import gemini_errors
from sandbox.gemini_errors import GeminiError
from sandbox.gemini_models import ImageModel

_INPUT_TYPES = {"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"}
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


@dataclass(frozen=True)
class PostedPicture:
    """A picture as it was posted: still base64, as decoding costs more than all else here."""

    mime_type: str
    base64: str
    #: Where it stood in the request, as Google's messages say it.
    field: str

    def decode(self) -> bytes:
        """Give its bytes.

        Raises:
            GeminiError: it is not base64, or empty.
        """
        try:
            data = decode_base64(self.base64)
        except ValueError as error:
            message = f"Invalid value at '{self.field}' (TYPE_BYTES), Base64 decoding failed for \"{self.base64[:60]}\""
            raise GeminiError(gemini_errors.invalid_argument(message, field=self.field)) from error
        if not data:
            raise GeminiError(gemini_errors.input_image_unreadable())
        return data


@dataclass(frozen=True)
class PostedFile:
    """A picture that was uploaded before."""

    mime_type: str
    name: str
    data: bytes

    def decode(self) -> bytes:
        return self.data


#: Gives the file that a `fileUri` names, or raises `GeminiError`.
OpenFile = Callable[[str], PostedFile]


def no_file(uri: str) -> PostedFile:
    """Open nothing: every file is one that is not there."""
    raise GeminiError(gemini_errors.file_not_accessible(uri))


@dataclass(frozen=True)
class GeminiRequest:
    """What the sandbox needs of a request; pictures and texts in the order of `contents`."""

    pictures: tuple[PostedPicture | PostedFile, ...]
    prompt: str
    aspect_ratio: str | None
    image_size: str | None


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Blob(_Strict):
    data: str
    mime_type: str
    display_name: str | None = None


class _File(_Lenient):
    file_uri: str
    mime_type: str | None = None


class _Part(_Lenient):
    text: str | None = None
    inline_data: _Blob | None = None
    file_data: _File | None = None


class _Content(_Lenient):
    role: str | None = None
    parts: list[_Part] = Field(default_factory=list)


class _ImageConfig(_Strict):
    aspect_ratio: str | None = None
    image_size: str | None = None


class _GenerationConfig(_Lenient):
    image_config: _ImageConfig | None = None
    candidate_count: int | None = None
    response_modalities: list[str] | None = None


class _Body(_Lenient):
    contents: list[_Content] = Field(default_factory=list)
    system_instruction: _Content | None = None
    generation_config: _GenerationConfig = Field(default_factory=_GenerationConfig)


def parse_request(body: bytes, model: ImageModel, open_file: OpenFile = no_file) -> GeminiRequest:
    """Read the request of a call to `model`.

    Raises:
        GeminiError: with the answer that Gemini gives to such a request.
    """
    request = _validated(body)
    parts = [part for content in request.contents for part in content.parts]
    if not parts:
        raise GeminiError(
            gemini_errors.invalid_argument("* GenerateContentRequest.contents: contents is not specified\n")
        )
    config = request.generation_config.image_config or _ImageConfig()
    _check_image_config(config, model)
    return GeminiRequest(
        pictures=tuple(_pictures(request.contents, open_file)),
        prompt="\n".join(part.text for part in parts if part.text),
        aspect_ratio=config.aspect_ratio,
        image_size=config.image_size,
    )


def decode_base64(text: str) -> bytes:
    """Decode either alphabet, with or without padding.

    Raises:
        ValueError: `text` is not base64.
    """
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)


def _validated(body: bytes) -> _Body:
    try:
        return _Body.model_validate(_snake_case(orjson.loads(body)))
    except orjson.JSONDecodeError as error:
        message = f"Invalid JSON payload received. {error}"
        raise GeminiError(gemini_errors.invalid_argument(message)) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = _field_path(first["loc"])
        message = f"Invalid value at '{field}': {first['msg']}"
        if first["type"] == "extra_forbidden":
            parent, name = _field_path(first["loc"][:-1]), first["loc"][-1]
            message = f"Invalid JSON payload received. Unknown name \"{name}\" at '{parent}': Cannot find field."
        raise GeminiError(gemini_errors.invalid_argument(message, field=field)) from error


def _snake_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {_CAPITAL.sub(r"_\1", key).lower(): _snake_case(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_snake_case(item) for item in value]
    return value


def _pictures(contents: list[_Content], open_file: OpenFile) -> Iterator[PostedPicture | PostedFile]:
    for at, content in enumerate(contents):
        for index, part in enumerate(content.parts):
            if part.file_data is not None:
                yield open_file(part.file_data.file_uri)
            if part.inline_data is not None:
                yield _picture(part.inline_data, f"contents[{at}].parts[{index}].inline_data.data")


def _picture(blob: _Blob, field: str) -> PostedPicture:
    if blob.mime_type not in _INPUT_TYPES:
        raise GeminiError(gemini_errors.invalid_argument(f"Unsupported MIME type: {blob.mime_type}"))
    return PostedPicture(mime_type=blob.mime_type, base64=blob.data, field=field)


def _check_image_config(config: _ImageConfig, model: ImageModel) -> None:
    if config.aspect_ratio is not None and config.aspect_ratio not in model.ratios:
        raise GeminiError(
            gemini_errors.invalid_argument(
                f"aspect_ratio must be one of {', '.join(model.ratios)}; got {config.aspect_ratio!r}.",
                field="generation_config.image_config.aspect_ratio",
            )
        )
    if config.image_size is not None and config.image_size not in model.sizes:
        raise GeminiError(
            gemini_errors.invalid_argument(
                f"image_size {config.image_size!r} is not supported by models/{model.name}.",
                field="generation_config.image_config.image_size",
            )
        )


def _field_path(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
