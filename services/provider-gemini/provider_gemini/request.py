"""A job's parameters and pictures as one call of `generate_content`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from google.genai import types

from photochanger.infrastructure.provider_file_repository import ProviderFile
from photochanger.provider_worker.ports import InputPicture
from provider_gemini.inline_pictures import OutgoingPictures, mark
from provider_gemini.params import GeminiParams, Safety

#: Categories whose threshold may be set; Gemini's own image safety cannot be.
_SAFETY_CATEGORIES = (
    types.HarmCategory.HARM_CATEGORY_HARASSMENT,
    types.HarmCategory.HARM_CATEGORY_HATE_SPEECH,
    types.HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
)
#: Our own deadline ends a call first, so that the SDK's time-out is never taken for the provider's fault.
_GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class GeminiCall:
    """The arguments of `generate_content`, and the pictures that belong where `contents` has their marks.

    `files` are the pictures that Gemini has already.
    """

    model: str
    contents: types.Content = field(repr=False)
    config: types.GenerateContentConfig = field(repr=False)
    pictures: OutgoingPictures = field(repr=False)
    files: tuple[ProviderFile, ...] = ()


def build_request(
    params: GeminiParams,
    photo: InputPicture,
    templates: Sequence[InputPicture | ProviderFile],
    *,
    seconds_left: float,
) -> GeminiCall:
    """Put the guest's photo first, then the templates in the slot's order, then the prompt."""
    inline: list[bytes] = []
    files: list[ProviderFile] = []
    parts: list[types.Part] = []
    for picture in (photo, *templates):
        if isinstance(picture, ProviderFile):
            parts.append(types.Part.from_uri(file_uri=picture.uri, mime_type=picture.type))
            files.append(picture)
        else:
            parts.append(types.Part.from_bytes(data=mark(len(inline)), mime_type=picture.type.value))
            inline.append(picture.data)
    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=_image_config(params),
        seed=params.seed,
        temperature=params.temperature,
        safety_settings=None if params.safety is None else _safety_settings(params.safety),
        # on by default, it would make further calls, billed and not counted by us
        automatic_continuation=False,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        # the body as it came: `answer` reads it
        should_return_http_response=True,
        http_options=types.HttpOptions(timeout=math.ceil((seconds_left + _GRACE_SECONDS) * 1000)),
    )
    contents = types.Content(role="user", parts=[*parts, types.Part.from_text(text=params.prompt)])
    return GeminiCall(params.model, contents, config, OutgoingPictures(inline), tuple(files))


def _image_config(params: GeminiParams) -> types.ImageConfig | None:
    if params.aspect_ratio is None and params.image_size is None:
        return None
    return types.ImageConfig(aspect_ratio=params.aspect_ratio, image_size=params.image_size)


def _safety_settings(safety: Safety) -> list[types.SafetySetting]:
    threshold = types.HarmBlockThreshold(safety.value)
    return [types.SafetySetting(category=category, threshold=threshold) for category in _SAFETY_CATEGORIES]
