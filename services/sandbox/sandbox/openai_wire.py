"""Reads what is posted to `images/edits`: a form with pictures, as OpenAI documents it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.openai_errors import OpenAIError, invalid, model_not_found

OPENAI_MODELS = (
    "gpt-image-2", "gpt-image-2.5-sunburst", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare",
)  # fmt: skip
_MAX_PICTURES, _MAX_PICTURE_BYTES, _MAX_PROMPT = 16, 50_000_000, 32_000
_INPUT_TYPES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp"})
_QUALITIES = frozenset({"auto", "low", "medium", "high"})
_MORE_QUALITIES = _QUALITIES | {"xhigh", "max"}
_KNOWN = frozenset({
    "model", "prompt", "size", "quality", "background", "output_format", "output_compression", "n", "user",
    "safety_identifier", "stream", "image", "image[]",
})  # fmt: skip
_SIZE = re.compile(r"([0-9]{2,4})x([0-9]{2,4})")
_STEP, _LONGEST, _SHORTEST = 16, 3840, 2160


@dataclass(frozen=True)
class PostedFile:
    """A picture as it was posted, and the type it was said to be of."""

    mime_type: str
    data: bytes


@dataclass(frozen=True)
class OpenAIRequest:
    """What the sandbox needs of a request; `size` is None for `auto`."""

    model: str
    prompt: str
    pictures: tuple[PostedFile, ...]
    size: tuple[int, int] | None
    quality: str
    output_format: Literal["png", "jpeg"]


def parse_form(fields: Mapping[str, str], files: Sequence[tuple[str, PostedFile]]) -> OpenAIRequest:
    """Read the form's texts and its named files.

    Raises:
        OpenAIError: with the answer that OpenAI gives to such a request.
    """
    unknown = sorted({*fields, *(name for name, _ in files)} - _KNOWN)
    if unknown:
        raise invalid(f"Unknown parameter: '{unknown[0]}'.", param=unknown[0], code="unknown_parameter")
    model = fields.get("model", "gpt-image-2")
    if model not in OPENAI_MODELS:
        raise OpenAIError(model_not_found(model))
    prompt = fields.get("prompt", "")
    if not 0 < len(prompt) <= _MAX_PROMPT:
        raise invalid(f"Expected a prompt of 1 to {_MAX_PROMPT} characters.", param="prompt")
    return OpenAIRequest(
        model=model,
        prompt=prompt,
        pictures=_pictures([file for _, file in files]),
        size=_size(fields.get("size", "auto")),
        quality=_quality(fields.get("quality", "auto"), model),
        output_format=_output_format(fields),
    )


def _pictures(files: Sequence[PostedFile]) -> tuple[PostedFile, ...]:
    if not 0 < len(files) <= _MAX_PICTURES:
        raise invalid(f"Expected 1 to {_MAX_PICTURES} images.", param="image", code="missing_required_parameter")
    for file in files:
        if file.mime_type not in _INPUT_TYPES:
            raise invalid(f"Invalid file 'image': unsupported mimetype ('{file.mime_type}').", param="image")
        if not 0 < len(file.data) < _MAX_PICTURE_BYTES:
            raise invalid("Invalid file 'image': empty, or 50MB and more.", param="image")
    return tuple(files)


def _size(text: str) -> tuple[int, int] | None:
    if text == "auto":
        return None
    match = _SIZE.fullmatch(text)
    if match is None:
        raise invalid(f"Invalid size '{text}'.", param="size")
    width, height = int(match[1]), int(match[2])
    short, long = sorted((width, height))
    fits = width % _STEP == height % _STEP == 0 and long <= min(3 * short, _LONGEST) and short <= _SHORTEST
    if not fits or short == 0:
        raise invalid(f"Invalid size '{text}'.", param="size")
    return width, height


def _quality(quality: str, model: str) -> str:
    if quality not in (_QUALITIES if model == "gpt-image-2" else _MORE_QUALITIES):
        raise invalid(f"Invalid quality '{quality}' for {model}.", param="quality")
    return quality


def _output_format(fields: Mapping[str, str]) -> Literal["png", "jpeg"]:
    output_format = fields.get("output_format", "png")
    if output_format == "jpeg" and fields.get("background") != "transparent":
        return "jpeg"
    if output_format != "png":
        raise invalid(
            f"Invalid output_format '{output_format}'; the sandbox draws png and jpeg.", param="output_format"
        )
    return "png"
