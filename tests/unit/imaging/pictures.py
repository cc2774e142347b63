"""Pictures of every type made from one photograph, with and without things that must not leave."""

import io
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageStat, PngImagePlugin
from pillow_heif import register_heif_opener

from photochanger.domain.photo import PictureType
from tests.photographs import photograph

CANARY = b"CANARY-secret"
PILLOW_FORMATS = {
    PictureType.JPEG: "JPEG",
    PictureType.PNG: "PNG",
    PictureType.WEBP: "WEBP",
    PictureType.HEIC: "HEIF",
}
STORED_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

register_heif_opener()


def cat(size: tuple[int, int] = (240, 160)) -> Image.Image:
    with Image.open(photograph("chelsea.png")) as image:
        bare = image.convert("RGB").resize(size)
    bare.info.clear()
    return bare


def cat_with_alpha(size: tuple[int, int] = (240, 160)) -> Image.Image:
    image = cat(size).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(size))
    return image


def encoded(image: Image.Image, picture_type: PictureType, **options: Any) -> bytes:
    target = io.BytesIO()
    if picture_type is PictureType.HEIC:
        options.setdefault("enc_params", {"preset": "ultrafast"})
    if picture_type is not PictureType.PNG:
        options.setdefault("quality", 92)
    image.save(target, PILLOW_FORMATS[picture_type], **options)
    return target.getvalue()


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


def exif(orientation: int = 1) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = CANARY.decode()
    block.get_ifd(0x8825)[29] = CANARY.decode()
    return block


def with_metadata(picture_type: PictureType, image: Image.Image | None = None, orientation: int = 1) -> bytes:
    """A picture that carries the canary wherever its type has room for one."""
    image = image or cat()
    xmp = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    if picture_type is PictureType.JPEG:
        plain = encoded(image, picture_type, exif=exif(orientation), comment=CANARY, xmp=xmp)
        iptc = jpeg_segment(0xED, b"Photoshop 3.0\x00" + CANARY)
        return plain[:2] + iptc + plain[2:] + CANARY
    if picture_type is PictureType.PNG:
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        text.add(b"prVt", CANARY)
        return encoded(image, picture_type, exif=exif(orientation), pnginfo=text) + CANARY
    return encoded(image, picture_type, exif=exif(orientation).tobytes(), xmp=xmp)


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def png_chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


@cache
def png_bomb(side: int) -> bytes:
    """A grey PNG that says in few bytes that it has side x side pixels, and means it."""
    compressor = zlib.compressobj(1)
    rows = b"".join(compressor.compress(b"\0" * (side + 1)) for _ in range(side)) + compressor.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@cache  # it carries the second in which it was made
def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def huge_profile() -> bytes:
    profile = srgb_profile() + b"\0" * 70_000
    return len(profile).to_bytes(4, "big") + profile[4:]


def red_green_swapped_profile() -> bytes:
    """A profile whose red primary is sRGB's green and the other way round: honest viewers show swapped colours."""
    return srgb_profile().replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def difference(data: bytes, expected: Image.Image) -> float:
    """Mean difference of a channel, of 255 steps."""
    image = decoded(data).convert("RGB")
    assert image.size == expected.size
    return max(ImageStat.Stat(ImageChops.difference(image, expected.convert("RGB"))).mean)


def with_broken_samples(picture_type: PictureType) -> bytes:
    data = encoded(cat(), picture_type)
    if picture_type is PictureType.PNG:
        at = data.index(b"IDAT") - 4
        length = int.from_bytes(data[at : at + 4], "big")
        half = data[at + 8 : at + 8 + length // 2]
        return data[:at] + png_chunk(b"IDAT", half) + png_chunk(b"IEND", b"")
    samples = data.index(b"mdat") + 4 if picture_type is PictureType.HEIC else 40
    return data[:samples] + b"\xff" * (len(data) - samples)
