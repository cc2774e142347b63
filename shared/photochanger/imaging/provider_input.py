"""What may leave to a provider: upright, sRGB, small enough, without metadata."""

from dataclasses import dataclass

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import TooManyPixels
from photochanger.imaging.header import PictureHeader
from photochanger.imaging.icc_profile import needs_srgb
from photochanger.imaging.inspect_photo import read_header

CONVERTED_QUALITY = 92
_SHRINK_ATTEMPTS = 6
_STRIPPABLE = frozenset({PictureType.JPEG, PictureType.PNG, PictureType.WEBP})


@dataclass(frozen=True, slots=True)
class ProviderLimits:
    """What a provider takes: types, longer side in pixels, bytes; None sets no limit."""

    accepted: frozenset[PictureType]
    max_side: int | None
    max_bytes: int | None


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture fit to leave; `width` and `height` are as shown."""

    data: bytes
    type: PictureType
    width: int
    height: int


def leaves_as_it_is(info: PhotoInfo, header: PictureHeader, max_side: int | None) -> bool:
    """Tell whether stripping by segment is enough, so that the samples may stay."""
    return (
        info.type in _STRIPPABLE
        and header.is_everyday
        and header.orientation == 1
        and (max_side is None or max(header.width, header.height) <= max_side)
        and not needs_srgb(header.icc_profile)
    )


def without_decoding(data: bytes, info: PhotoInfo, limits: ProviderLimits) -> PreparedPicture | None:
    """Prepare a picture in which only metadata has to go; None when its samples have to change."""
    if info.type not in limits.accepted or not leaves_as_it_is(info, read_header(data, info.type), limits.max_side):
        return None
    stripped = strip_metadata(data, info.type, coded_end=info.coded_end)
    if limits.max_bytes is not None and len(stripped) > limits.max_bytes:
        return None
    return PreparedPicture(stripped, info.type, info.width, info.height)


def by_decoding(data: bytes, info: PhotoInfo, limits: ProviderLimits) -> PreparedPicture:
    """Prepare a picture from fresh samples; runs in the guarded process.

    Raises:
        UnreadablePicture: the samples are broken.
        TooManyPixels: even a much smaller copy has more bytes than the provider takes.
    """
    from photochanger.imaging import pixels  # image libraries stay out of the service's own process

    header = read_header(data, info.type)
    image = pixels.upright_srgb(pixels.decode(data, info, draft_side=limits.max_side), header)
    image = pixels.downscale(image, limits.max_side)
    picture_type = _type_to_send(limits.accepted, has_alpha=image.mode == "RGBA")
    for _ in range(_SHRINK_ATTEMPTS):
        encoded = pixels.encode(image, picture_type, quality=CONVERTED_QUALITY)
        if limits.max_bytes is None or len(encoded) <= limits.max_bytes:
            return PreparedPicture(encoded, picture_type, *image.size)
        shrink = min(0.9, 0.95 * (limits.max_bytes / len(encoded)) ** 0.5)
        image = pixels.downscale(image, max(1, int(max(image.size) * shrink)))
    raise TooManyPixels(f"no copy of this picture fits into {limits.max_bytes} bytes")


def _type_to_send(accepted: frozenset[PictureType], *, has_alpha: bool) -> PictureType:
    wanted = PictureType.PNG if has_alpha else PictureType.JPEG
    other = PictureType.JPEG if has_alpha else PictureType.PNG
    return wanted if wanted in accepted else other
