"""The one EXIF field that we need."""

import struct

_ORIENTATION_TAG = 0x0112
_SHORT = 3
_MAX_ENTRIES = 512


def exif_orientation(tiff: bytes) -> int:
    """Orientation (1 to 8) from the first directory of an EXIF block, without the name before it.

    A broken block says nothing: 1, as every viewer shows it.
    """
    byte_order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if byte_order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{byte_order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{byte_order}H", tiff, directory)
        for index in range(min(entries, _MAX_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(f"{byte_order}HHIH", tiff, directory + 2 + 12 * index)
            if tag == _ORIENTATION_TAG:
                return value if kind == _SHORT and value in range(1, 9) else 1
    except struct.error:
        return 1
    return 1
