"""Identity of a finished picture in the object store."""

from dataclasses import dataclass

from photochanger.domain.photo import PictureType


@dataclass(frozen=True, slots=True)
class ResultInfo:
    """What the job row keeps of its result; `sha256` is 64 hex digits over the stored bytes."""

    key: str
    type: PictureType
    size_bytes: int
    width: int
    height: int
    sha256: str
