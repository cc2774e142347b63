"""The finished picture's identity, written into the row with `done`."""

from dataclasses import dataclass

from photochanger.domain.photo import PictureType


@dataclass(frozen=True)
class ResultInfo:
    """`key` is the object's name in the results bucket, `sha256` hex, sizes in bytes and pixels."""

    key: str
    type: PictureType
    size_bytes: int
    width: int
    height: int
    sha256: str
