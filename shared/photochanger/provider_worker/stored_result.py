"""What a stored picture says of itself, so that another process can adopt it without a new call."""

from collections.abc import Mapping
from dataclasses import dataclass

from photochanger.domain.photo import PictureType
from photochanger.domain.result import ResultInfo
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.media_store import ObjectInfo

_MAX_REFERENCE = 200


@dataclass(frozen=True)
class StoredResult:
    """A picture in the results bucket and the provider's own id of the call that made it."""

    info: ResultInfo
    provider_reference: str | None = None


def describe(picture: FinishedPicture, *, provider_reference: str | None) -> dict[str, str]:
    """Give the object's metadata: plain ASCII."""
    described = {
        "sha256": picture.sha256,
        "type": picture.type.value,
        "width": str(picture.width),
        "height": str(picture.height),
    }
    reference = (provider_reference or "").encode("ascii", "ignore").decode()[:_MAX_REFERENCE]
    return described | ({"provider-reference": reference} if reference.isprintable() and reference else {})


def recognise(key: str, stored: ObjectInfo) -> StoredResult | None:
    """Read the metadata back; None when they are not all there."""
    metadata: Mapping[str, str] = stored.metadata
    try:
        info = ResultInfo(
            key=key,
            type=PictureType(metadata["type"]),
            size_bytes=stored.size_bytes,
            width=int(metadata["width"]),
            height=int(metadata["height"]),
            sha256=metadata["sha256"],
        )
    except (KeyError, ValueError):
        return None
    return StoredResult(info, metadata.get("provider-reference"))
