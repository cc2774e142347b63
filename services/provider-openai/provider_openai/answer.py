"""OpenAI's answers as they are on the wire, as far as we read them."""

from typing import Annotated

import pybase64
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from photochanger.provider_worker.answer_base64 import standard_base64


def _decoded(data: object) -> bytes | None:
    return None if data is None else pybase64.b64decode(standard_base64(data), validate=True)


class _Wire(BaseModel):
    """What we do not read may be anything."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Image(_Wire):
    b64_json: Annotated[bytes | None, BeforeValidator(_decoded)] = Field(default=None, repr=False)


class TokenUsage(_Wire):
    input_tokens: int | None = None
    output_tokens: int | None = None


class Answer(_Wire):
    """A 200; every part of it may be missing."""

    data: tuple[Image, ...] | None = None
    usage: TokenUsage | None = None


class ListedModel(_Wire):
    id: str


class ModelList(_Wire):
    """A 200 of `GET /v1/models`."""

    data: tuple[ListedModel, ...]


class ErrorObject(_Wire):
    message: str | None = None
    type: str | None = None
    code: str | None = None


class ErrorAnswer(_Wire):
    """Any other status."""

    error: ErrorObject | None = None
