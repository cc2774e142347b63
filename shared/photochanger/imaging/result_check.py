"""The check of a provider's picture, and the picture that the booth gets from it."""

import hashlib
from dataclasses import dataclass, field

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import (
    ResultFlaw,
    TooManyPixels,
    UnreadablePicture,
    UnsupportedPicture,
    UnusableResult,
)
from photochanger.imaging.inspect_photo import inspect_photo, read_header
from photochanger.imaging.provider_input import leaves_as_it_is

MAX_RESULT_BYTES = 30 * 1024 * 1024
MIN_SIDE = 64
MAX_ASPECT = 10
#: Largest spread of a channel over the whole picture that still counts as one colour.
BLANK_TOLERANCE = 3
#: A draft, whose pixels are means of 8 x 8, that spreads over more than this is of a picture that is not blank.
_DRAFT_TOLERANCE = 16
_COARSEST = 1


@dataclass(frozen=True, slots=True)
class OutputWish:
    """How the slot wants its result; `alpha_matters` when the photo had transparency that may be kept."""

    png_wanted: bool
    alpha_matters: bool
    quality: int
    max_side: int | None


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """What the guarded process says of a usable picture; `changed` is None for one that goes out as it came."""

    changed: bytes | None = field(repr=False)
    type: PictureType
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FinishedPicture:
    """A checked result ready to store; `sha256` is 64 hex digits over `data`."""

    data: bytes
    type: PictureType
    width: int
    height: int
    sha256: str


def finish(data: bytes, wish: OutputWish) -> CheckedPicture:
    """Decode and check a provider's picture, and re-encode it only where it has to change; for the guarded process.

    Raises:
        UnusableResult: with the flaw found first.
    """
    from photochanger.imaging import pixels  # image libraries stay out of the service's own process

    info = _inspect_result(data)
    header = read_header(data, info.type)
    samples_may_stay = leaves_as_it_is(info, header, wish.max_side)
    bare = strip_metadata(data, info.type, coded_end=info.coded_end) if samples_may_stay else data
    try:
        if samples_may_stay and info.type is PictureType.JPEG and not wish.png_wanted:
            draft = pixels.decode_bare(bare, info, draft_side=_COARSEST)
            if not pixels.is_one_colour(draft, _DRAFT_TOLERANCE):
                return _checked(data, bare, PictureType.JPEG, (info.width, info.height))
        image = pixels.upright_srgb(pixels.decode(bare, info), header)
    except UnreadablePicture as error:
        raise UnusableResult(ResultFlaw.UNREADABLE) from error
    if pixels.is_one_colour(image, BLANK_TOLERANCE):
        raise UnusableResult(ResultFlaw.BLANK)
    keeps_alpha = wish.alpha_matters and image.mode == "RGBA"
    picture_type = PictureType.PNG if wish.png_wanted or keeps_alpha else PictureType.JPEG
    if info.type is picture_type and samples_may_stay:
        return _checked(data, bare, picture_type, (info.width, info.height))
    image = pixels.downscale(image, wish.max_side)
    return _checked(data, pixels.encode(image, picture_type, quality=wish.quality), picture_type, image.size)


def _inspect_result(data: bytes) -> PhotoInfo:
    if len(data) > MAX_RESULT_BYTES:
        raise UnusableResult(ResultFlaw.TOO_LARGE)
    try:
        info = inspect_photo(data)
    except UnsupportedPicture as error:
        raise UnusableResult(ResultFlaw.UNSUPPORTED) from error
    except TooManyPixels as error:
        raise UnusableResult(ResultFlaw.TOO_MANY_PIXELS) from error
    except UnreadablePicture as error:
        raise UnusableResult(ResultFlaw.UNREADABLE) from error
    shorter, longer = sorted((info.width, info.height))
    if shorter < MIN_SIDE:
        raise UnusableResult(ResultFlaw.TOO_SMALL)
    if longer > MAX_ASPECT * shorter:
        raise UnusableResult(ResultFlaw.IMPLAUSIBLE_SHAPE)
    return info


def _checked(came: bytes, goes: bytes, picture_type: PictureType, size: tuple[int, int]) -> CheckedPicture:
    changed = None if goes is came else goes
    return CheckedPicture(changed, picture_type, *size, sha256=hashlib.sha256(goes).hexdigest())
