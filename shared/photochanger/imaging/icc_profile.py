"""Which colour profiles may stay in a picture, and which have to be converted."""

import struct

MAX_KEPT_BYTES = 65_535
_HEADER_BYTES = 128
_MAX_TAGS = 100
_COLORANT_TOLERANCE = 0.005
#: IEC 61966-2-1 primaries adapted to D50, as sRGB profiles store them.
_SRGB_COLORANTS = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}


def is_profile(profile: bytes) -> bool:
    """Tell an ICC profile, as long as its header says, from anything else."""
    return (
        len(profile) >= _HEADER_BYTES
        and profile[36:40] == b"acsp"
        and int.from_bytes(profile[:4], "big") == len(profile)
    )


def may_stay(profile: bytes) -> bool:
    """Tell whether a picture that leaves may keep this profile: valid and under 64 KiB."""
    return len(profile) <= MAX_KEPT_BYTES and is_profile(profile)


def needs_srgb(profile: bytes | None) -> bool:
    """Tell whether a viewer that ignores the profile would show other colours; broken and grey profiles never do."""
    if profile is None or not is_profile(profile) or profile[16:20] == b"GRAY":
        return False
    return profile[16:20] != b"RGB " or not _has_srgb_primaries(profile)


def _has_srgb_primaries(profile: bytes) -> bool:
    try:
        colorants = dict(_colorants(profile))
    except struct.error:
        return False
    return colorants.keys() == _SRGB_COLORANTS.keys() and all(
        abs(found - wanted) <= _COLORANT_TOLERANCE
        for name, wanted_xyz in _SRGB_COLORANTS.items()
        for found, wanted in zip(colorants[name], wanted_xyz, strict=True)
    )


def _colorants(profile: bytes) -> list[tuple[bytes, tuple[float, float, float]]]:
    (count,) = struct.unpack_from(">I", profile, _HEADER_BYTES)
    found = []
    for index in range(min(count, _MAX_TAGS)):
        name, offset, _ = struct.unpack_from(">4sII", profile, _HEADER_BYTES + 4 + 12 * index)
        if name in _SRGB_COLORANTS:
            x, y, z = struct.unpack_from(">iii", profile, offset + 8)
            found.append((name, (x / 65536, y / 65536, z / 65536)))
    return found
