"""Why a picture is not taken."""

from enum import StrEnum
from typing import ClassVar


class PictureError(Exception):
    """A picture that we do not take; `str()` says why in words fit for logs and for the sender.

    `code` is the name of the problem in answers, `retry_helps` whether asking the picture's maker again may help.
    """

    code: ClassVar[str]
    retry_helps: ClassVar[bool] = False


class UnsupportedPicture(PictureError):
    """Not one of the accepted types, or more than one frame."""

    code = "unsupported_media_type"


class TooManyPixels(PictureError):
    """Over the pixel limit, or not to be made as small as asked."""

    code = "payload_too_large"


class UnreadablePicture(PictureError):
    """An accepted type by its first bytes, but broken, cut short or too costly to decode."""

    code = "unreadable_image"


class ResultFlaw(StrEnum):
    """What is wrong with a provider's picture."""

    #: More bytes than any result may have.
    TOO_LARGE = "too_large"
    #: Not an accepted type, or several frames.
    UNSUPPORTED = "unsupported"
    #: Over the pixel limit.
    TOO_MANY_PIXELS = "too_many_pixels"
    #: Broken or cut short.
    UNREADABLE = "unreadable"
    #: A side shorter than a usable picture's.
    TOO_SMALL = "too_small"
    #: A strip rather than a picture.
    IMPLAUSIBLE_SHAPE = "implausible_shape"
    #: One colour all over.
    BLANK = "blank"


class UnusableResult(PictureError):
    """The provider's picture failed our check; `reason` says in what."""

    code = "bad_output"
    retry_helps = True

    def __init__(self, reason: ResultFlaw) -> None:
        super().__init__(reason)
        self.reason = reason
