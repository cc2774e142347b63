"""JPEG by its markers (ITU-T T.81 annex B), without decoding."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from photochanger.imaging.errors import UnreadablePicture, UnsupportedPicture
from photochanger.imaging.exif_orientation import exif_orientation
from photochanger.imaging.header import PictureHeader, check_pixels

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
APP0, APP1, APP2, APP11, APP14 = 0xE0, 0xE1, 0xE2, 0xEB, 0xEE
#: Not a marker: the coded samples between two markers.
SAMPLES = 0

ICC_PREFIX = b"ICC_PROFILE\0"
_EXIF_PREFIX = b"Exif\0\0"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODABLE_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
#: Parts without which the picture cannot be decoded.
CODING = _FRAMES | {SOI, EOI, SOS, SAMPLES, 0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_STANDALONE = frozenset({0x01, SOI, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_MARKER_AFTER_SAMPLES = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_MAX_PARTS = 20_000
_END = bytes([0xFF, EOI])


class Part(NamedTuple):
    """One marker segment (from its 0xFF on, length included) or one run of coded samples."""

    marker: int
    start: int
    end: int


def walk(data: bytes) -> Iterator[Part]:
    """Yield every part from SOI to EOI, lazily; what follows EOI is not looked at.

    Raises:
        UnreadablePicture: a part ends past the data, or EOI never comes.
    """
    yield Part(SOI, 0, 2)
    position = 2
    for _ in range(_MAX_PARTS):
        part = _segment(data, position)
        yield part
        if part.marker == EOI:
            return
        position = part.end
        if part.marker == SOS:
            found = _MARKER_AFTER_SAMPLES.search(data, position)
            if found is None:
                raise UnreadablePicture("the JPEG ends before its end marker")
            yield Part(SAMPLES, position, found.start())
            position = found.start()
    raise UnreadablePicture("the JPEG has too many segments")


def _segment(data: bytes, position: int) -> Part:
    found = _MARKER.search(data, position)  # decoders skip stray and fill bytes between segments, so do we
    if found is None:
        raise UnreadablePicture("the JPEG ends before its end marker")
    start, marker = found.start(), data[found.start() + 1]
    if marker == EOI or marker in _STANDALONE:
        return Part(marker, start, start + 2)
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    end = start + 2 + length
    if length < 2 or end > len(data):
        raise UnreadablePicture("a JPEG segment ends past the data")
    return Part(marker, start, end)


def read_header(data: bytes) -> PictureHeader:
    """Read what stands before the first scan.

    Raises:
        UnsupportedPicture: a coding that is not in use for photos.
        TooManyPixels: over the pixel limit.
        UnreadablePicture: a broken header.
    """
    return _header(data, _before_first_scan(walk(data)))


def read_whole(data: bytes) -> PictureHeader:
    """As `read_header`, but also walk the coded samples to the end marker."""
    parts = list(walk(data))
    header = _header(data, _before_first_scan(parts))
    if not any(part.marker == SAMPLES for part in parts):
        raise UnreadablePicture("the JPEG has no samples")
    return replace(header, coded_end=_coded_end(parts))


def _coded_end(parts: Sequence[Part]) -> int | None:
    """Where EOI ends, if from the first scan to there one coding part follows the other without a byte between."""
    first_scan = next(index for index, part in enumerate(parts) if part.marker == SOS)
    coded = parts[first_scan:]
    is_bare = all(part.marker in CODING for part in coded)
    has_no_gaps = all(before.end == part.start for before, part in pairwise(coded))
    return coded[-1].end if is_bare and has_no_gaps else None


def has_end_at(data: bytes, position: int) -> bool:
    """Tell whether an end marker ends there."""
    return position <= len(data) and data.endswith(_END, 0, position)


def _before_first_scan(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        if part.marker == SOS:  # asked for more, `walk` would search all samples
            return
        yield part


def _header(data: bytes, parts: Iterable[Part]) -> PictureHeader:
    frame: Part | None = None
    orientation = 1
    icc: dict[int, bytes] = {}
    for part in parts:
        payload = part.start + 4
        if part.marker in _FRAMES:
            if frame is not None:
                raise UnreadablePicture("the JPEG has two frame headers")
            frame = part
        elif part.marker == APP1 and data.startswith(_EXIF_PREFIX, payload):
            orientation = exif_orientation(data[payload + len(_EXIF_PREFIX) : part.end])
        elif is_icc(data, part):
            icc[data[payload + 12]] = data[payload + 14 : part.end]
    if frame is None:
        raise UnreadablePicture("the JPEG has no frame header")
    width, height, components = _frame(data, frame)
    profile = b"".join(icc[number] for number in sorted(icc)) or None
    return PictureHeader(width, height, orientation=orientation, icc_profile=profile, is_everyday=components < 4)


def _frame(data: bytes, part: Part) -> tuple[int, int, int]:
    if part.end - part.start < 10:
        raise UnreadablePicture("the JPEG frame header is too short")
    precision, components = data[part.start + 4], data[part.start + 9]
    if part.marker not in _DECODABLE_FRAMES or precision != 8 or components not in {1, 3, 4}:
        raise UnsupportedPicture("this JPEG coding is not accepted")
    height = int.from_bytes(data[part.start + 5 : part.start + 7], "big")
    width = int.from_bytes(data[part.start + 7 : part.start + 9], "big")
    check_pixels(width, height)
    return width, height, components


def is_icc(data: bytes, part: Part) -> bool:
    """Tell one numbered piece of a colour profile."""
    return part.marker == APP2 and part.end - part.start > 18 and data.startswith(ICC_PREFIX, part.start + 4)
