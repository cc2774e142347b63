"""Tells what a posted picture carries besides its pixels, so that tests see what left the platform."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

_JPEG_MARKER_IN_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_PNG_TEXT = {b"tEXt", b"zTXt", b"iTXt", b"tIME"}


@dataclass(frozen=True)
class PictureReport:
    """What was found in one posted picture; sizes in pixels and bytes."""

    declared_mime_type: str
    mime_type: str | None
    size_bytes: int
    sha256: str
    width: int
    height: int
    exif: bool
    gps: bool
    xmp: bool
    iptc: bool
    comment: bool
    trailing_bytes: int


@dataclass
class _Findings:
    exif: bytes | None = None
    xmp: bool = False
    iptc: bool = False
    comment: bool = False
    end: int = 0


def inspect_picture(declared_mime_type: str, data: bytes) -> PictureReport:
    """Report on a picture of any kind, without decoding its pixels.

    Raises:
        ValueError: no picture is recognised in `data`.
    """
    try:
        with Image.open(BytesIO(data)) as picture:
            width, height, kind = *picture.size, picture.format or ""
            found = _find(kind, data, picture)
    except (UnidentifiedImageError, OSError, SyntaxError, struct.error, IndexError) as error:
        raise ValueError("not a picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("too many pixels") from error
    return PictureReport(
        declared_mime_type=declared_mime_type,
        mime_type=Image.MIME.get(kind),
        size_bytes=len(data),
        sha256=sha256(data).hexdigest(),
        width=width,
        height=height,
        exif=found.exif is not None,
        gps=found.exif is not None and _has_gps(found.exif),
        xmp=found.xmp,
        iptc=found.iptc,
        comment=found.comment,
        trailing_bytes=max(0, len(data) - found.end),
    )


def _find(kind: str, data: bytes, picture: Image.Image) -> _Findings:
    if kind in {"JPEG", "MPO"}:
        return _find_in_jpeg(data)
    if kind == "PNG":
        return _find_in_png(data)
    if kind == "WEBP":
        return _find_in_webp(data)
    return _Findings(exif=picture.info.get("exif"), xmp=bool(picture.info.get("xmp")), end=_end_of_boxes(data))


def _find_in_jpeg(data: bytes) -> _Findings:
    found = _Findings(end=len(data))
    for marker, start, end in _jpeg_segments(data):
        payload = data[start : min(end, start + 40)]
        if marker == 0xE1 and payload.startswith(b"Exif\0"):
            found.exif = data[start:end]
        elif marker == 0xE1 and payload.startswith((b"http://ns.adobe.com/xap/", b"http://ns.adobe.com/xmp/")):
            found.xmp = True
        found.iptc |= marker == 0xED
        found.comment |= marker == 0xFE
        if marker == 0xD9:
            found.end = end
    return found


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker and the range of its payload, up to the end marker."""
    at = 2
    while match := _JPEG_MARKER_IN_SCAN.search(data, at):
        marker, start = data[match.end() - 1], match.end()
        if marker == 0xD9:
            yield marker, start, start
            return
        at = start + int(struct.unpack_from(">H", data, start)[0])
        yield marker, start + 2, at


def _find_in_png(data: bytes) -> _Findings:
    found, at = _Findings(end=len(data)), 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        payload = data[at + 8 : at + 8 + length] if kind != b"IDAT" else b""
        at += length + 12
        if kind == b"eXIf":
            found.exif = payload
        elif kind == b"iTXt" and payload.startswith(b"XML:com.adobe.xmp"):
            found.xmp = True
        elif kind in _PNG_TEXT:
            found.comment = True
        elif kind == b"IEND":
            found.end = at
            break
    return found


def _find_in_webp(data: bytes) -> _Findings:
    found, at = _Findings(end=8 + int(struct.unpack_from("<I", data, 4)[0])), 12
    while at + 8 <= min(len(data), found.end):
        kind, length = struct.unpack_from("<4sI", data, at)
        if kind == b"EXIF":
            found.exif = data[at + 8 : at + 8 + length]
        found.xmp |= kind == b"XMP "
        at += 8 + length + length % 2
    return found


def _end_of_boxes(data: bytes) -> int:
    """Give the end of the last whole ISO-BMFF box, as in HEIC."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8 or not kind.isalnum() or at + length > len(data):
            break
        at += length
    return at


def _has_gps(exif: bytes) -> bool:
    """Tell whether a place can be read; a block too damaged to read gives none away."""
    tags = Image.Exif()
    try:
        tags.load(exif)
        return bool(tags.get_ifd(ExifTags.IFD.GPSInfo))
    except (SyntaxError, OSError, ValueError, struct.error):
        return False
