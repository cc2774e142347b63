"""Metadata taken out of a picture segment by segment; its samples stay byte for byte."""

from collections.abc import Iterable, Iterator

from photochanger.domain.photo import PictureType
from photochanger.imaging import icc_profile, jpeg, png, webp

#: Chunks that decide how the samples look, and the C2PA provenance mark.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"sBIT", b"caBX"}
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"C2PA"})
_JFIF_PREFIX = b"JFIF\0"
_JFIF_BYTES = 14
#: Kept when they begin so: C2PA boxes (JUMBF) and the colour transform that CMYK and RGB decoders look for.
_JPEG_KEPT_PREFIXES = {jpeg.APP11: b"JP", jpeg.APP14: b"Adobe"}


def strip_metadata(data: bytes, picture_type: PictureType, *, coded_end: int | None = None) -> bytes:
    """Return the picture without EXIF, GPS, XMP, IPTC, comments, thumbnails and trailing bytes, not re-encoded.

    A JPEG or PNG in which there is nothing to remove is given back itself, not a copy.

    With the `coded_end` that `inspect_photo` found in these very bytes a JPEG's samples are not searched again, which
    takes 2 ms for 3 MB.

    Colour profiles stay when valid and under 64 KiB, C2PA marks always. The orientation goes with the EXIF: who strips
    a picture whose orientation is not 1 has to turn its pixels.

    Raises:
        UnreadablePicture: the structure is broken; `inspect_photo` would have said so.
        ValueError: a HEIC or HEIF, which is converted, never stripped.
    """
    if picture_type is PictureType.JPEG:
        return _joined(data, _jpeg_pieces(data, coded_end))
    if picture_type is PictureType.PNG:
        return _joined(data, _png_pieces(data))
    if picture_type is PictureType.WEBP:
        return _stripped_webp(data)
    raise ValueError(f"{picture_type} is converted, not stripped")


def _joined(data: bytes, pieces: Iterable[bytes | memoryview]) -> bytes:
    """Join views of `data`, in its order, and new bytes."""
    kept = list(pieces)
    if all(isinstance(piece, memoryview) for piece in kept) and sum(map(len, kept)) == len(data):
        return data
    return b"".join(kept)


def _jpeg_pieces(data: bytes, coded_end: int | None) -> Iterator[bytes | memoryview]:
    view = memoryview(data)
    is_end_known = coded_end is not None and jpeg.has_end_at(data, coded_end)
    header = jpeg.read_header(data)
    keeps_profile = header.icc_profile is not None and icc_profile.may_stay(header.icc_profile)
    for part in jpeg.walk(data):
        if part.marker == jpeg.SOS and is_end_known:
            yield view[part.start : coded_end]
            return
        if part.marker == jpeg.APP0:
            yield from _jfif_without_thumbnail(view[part.start : part.end])
        elif part.marker == jpeg.APP2:
            if keeps_profile and jpeg.is_icc(data, part):
                yield view[part.start : part.end]
        elif _is_kept_in_jpeg(data, part):
            yield view[part.start : part.end]


def _is_kept_in_jpeg(data: bytes, part: jpeg.Part) -> bool:
    prefix = _JPEG_KEPT_PREFIXES.get(part.marker)
    return part.marker in jpeg.CODING if prefix is None else data.startswith(prefix, part.start + 4)


def _jfif_without_thumbnail(segment: memoryview) -> Iterator[bytes | memoryview]:
    payload = bytes(segment[4:])
    if payload.startswith(_JFIF_PREFIX) and len(payload) >= _JFIF_BYTES:
        bare = b"\xff\xe0\x00\x10" + payload[: _JFIF_BYTES - 2] + b"\0\0"
        yield segment if segment == bare else bare


def _png_pieces(data: bytes) -> Iterator[bytes | memoryview]:
    view = memoryview(data)
    profile = png.read_whole(data).icc_profile
    dropped = frozenset() if profile is not None and icc_profile.may_stay(profile) else frozenset({b"iCCP"})
    yield view[: png.SIGNATURE_BYTES]
    for chunk in png.walk(data):
        if chunk.name in _PNG_KEPT - dropped:
            yield view[chunk.start : chunk.end]


def _stripped_webp(data: bytes) -> bytes:
    view = memoryview(data)
    profile = webp.read_whole(data).icc_profile
    keeps_profile = profile is not None and icc_profile.may_stay(profile)
    pieces: list[bytes | memoryview] = []
    for chunk in webp.walk(data):
        if chunk.name == b"VP8X":
            pieces.append(_extended_header(chunk.payload(data), keeps_profile=keeps_profile))
        elif chunk.name in _WEBP_KEPT and (keeps_profile or chunk.name != b"ICCP"):
            pieces.append(view[chunk.start : chunk.end])
            pieces.append(b"\0" * ((chunk.end - chunk.start) % 2))
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _extended_header(payload: bytes, *, keeps_profile: bool) -> bytes:
    kept_flags = webp.FLAG_ALPHA | (webp.FLAG_ICC if keeps_profile else 0)
    return b"VP8X" + len(payload).to_bytes(4, "little") + bytes([payload[0] & kept_flags, 0, 0, 0]) + payload[4:]
