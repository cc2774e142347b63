"""An answer of the queue protocol as it is on the wire, as far as we read it.

The documentation contradicts itself and no traffic was ever recorded: booleans and numbers come as such or as text,
an empty object as an empty list, and the picture's link in any of three fields.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

#: Of a number of photos; a longer one is none that we could store.
_MAX_COUNT_DIGITS = 12
_TRUE = frozenset({"true", "1", "yes"})


def _truth(value: object) -> bool | None:
    if value is None:
        return None
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in _TRUE)


def _text(value: object) -> str:
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_text else ""


def _count(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_COUNT_DIGITS else None


def _links(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for each in values if isinstance(each, str) and (text := each.strip()))


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


Truth = Annotated[bool | None, BeforeValidator(_truth)]
Text = Annotated[str, BeforeValidator(_text)]
Count = Annotated[int | None, BeforeValidator(_count)]
Links = Annotated[tuple[str, ...], BeforeValidator(_links)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class AnswerData(_Wire):
    """The part `data` of a finished picture."""

    uploaded_image: Links = ()
    image: Links = ()
    forbidden_content: Truth = None


class AnswerLimits(_Wire):
    """The part `limits`: what is left of the account's tariff. `foto_limit` is in photo attempts."""

    foto_limit: Count = None


class Answer(_Wire):
    """The whole answer; every part of it may be missing."""

    success: Truth = None
    action: Text = ""
    error: Text = ""
    queueid: Text = ""
    uploaded_image: Links = ()
    data: Annotated[AnswerData, BeforeValidator(_object)] = Field(default_factory=AnswerData)
    limits: Annotated[AnswerLimits, BeforeValidator(_object)] = Field(default_factory=AnswerLimits)

    @property
    def links(self) -> tuple[str, ...]:
        """Every link to the picture, the best known field first."""
        return (*self.uploaded_image, *self.data.uploaded_image, *self.data.image)
