"""Picture type by the first bytes, whatever name or header came with them."""

from photochanger.domain.photo import PictureType

_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_AV1_BRANDS = frozenset({b"avif", b"avis"})


def sniff(head: bytes) -> PictureType | None:
    """Name the type from the first 64 bytes or more; None for every other type, HEIF sequences and AVIF included."""
    if head.startswith(b"\xff\xd8\xff"):
        return PictureType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PictureType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PictureType.WEBP
    if head[4:8] == b"ftyp":
        return _heif_type(head)
    return None


def _heif_type(head: bytes) -> PictureType | None:
    brand = head[8:12]
    if brand in _HEVC_BRANDS:
        return PictureType.HEIC
    end = min(int.from_bytes(head[:4], "big"), 64)
    compatible = {head[at : at + 4] for at in range(16, end, 4)}
    return PictureType.HEIF if brand == b"mif1" and not compatible & _AV1_BRANDS else None
