"""An answer of `images/edits` as it is on the wire, as far as we read it."""

import binascii
from typing import Annotated

import pybase64
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_FROM_URL_SAFE = str.maketrans("-_", "+/")


def _decoded(data: object) -> bytes | None:
    """Both base64 alphabets, with or without padding.

    Raises:
        ValueError: no base64.
    """
    if data is None:
        return None
    if not isinstance(data, str):
        raise ValueError("picture data is no text")  # noqa: TRY004 - pydantic's validators raise ValueError
    text = data
    if len(text) % 4 or text.endswith("==="):
        bare = text.rstrip("=")
        text = bare + "=" * (-len(bare) % 4)
    if "-" in text or "_" in text:
        text = text.translate(_FROM_URL_SAFE)
    try:
        return pybase64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("picture data is no base64") from error


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


class ErrorObject(_Wire):
    message: str | None = None
    type: str | None = None
    code: str | None = None


class ErrorAnswer(_Wire):
    """Any other status."""

    error: ErrorObject | None = None
