"""Guesses from a request which of the platform's operations it asks for."""

import re
from enum import StrEnum

_STYLE = re.compile(r"\b(style|stylis|styliz|painting|palette|стил)", re.IGNORECASE)
_IDENTITY = re.compile(r"\b(face|identity|лиц|личност)", re.IGNORECASE)


class Operation(StrEnum):
    """What a call was taken for."""

    #: No picture.
    TEXT_TO_IMAGE = "text_to_image"
    #: One picture.
    IMAGE_EDIT = "image_edit"
    #: Two or more pictures, and the prompt does not speak of a face or an identity first.
    STYLE_TRANSFER = "style_transfer"
    #: Two or more pictures, and the prompt speaks of a face or an identity before it speaks of a style.
    IDENTITY_TRANSFER = "identity_transfer"


def guess_operation(picture_count: int, prompt: str) -> Operation:
    """Tell the operation by the number of pictures, then by whichever word comes first in the prompt."""
    if picture_count == 0:
        return Operation.TEXT_TO_IMAGE
    if picture_count == 1:
        return Operation.IMAGE_EDIT
    identity, style = _IDENTITY.search(prompt), _STYLE.search(prompt)
    if identity and (style is None or identity.start() < style.start()):
        return Operation.IDENTITY_TRANSFER
    return Operation.STYLE_TRANSFER
