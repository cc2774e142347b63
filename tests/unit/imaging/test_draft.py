"""A JPEG's draft is as good a check of its samples as the whole picture."""

from hypothesis import given, settings
from hypothesis import strategies as st

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging import pixels
from photochanger.imaging.errors import PictureError
from photochanger.imaging.inspect_photo import inspect_photo
from tests.unit.imaging.pictures import cat, encoded


@given(place=st.floats(0, 1), damage=st.binary(min_size=1, max_size=6), cut=st.booleans(), progressive=st.booleans())
@settings(max_examples=200)
def test_a_draft_finds_what_a_full_decode_finds(place: float, damage: bytes, cut: bool, progressive: bool) -> None:
    data = bytearray(encoded(cat(), PictureType.JPEG, progressive=progressive))
    first = data.index(b"\xff\xda") + 14
    at = first + int(place * (len(data) - 2 - first))
    data[at : at + len(damage)] = b"\xff\xd9" if cut else damage
    try:
        info = inspect_photo(bytes(data))
    except PictureError:
        return

    assert _is_readable(bytes(data), info, draft_side=1) == _is_readable(bytes(data), info, draft_side=None)


def _is_readable(data: bytes, info: PhotoInfo, *, draft_side: int | None) -> bool:
    try:
        pixels.decode(data, info, draft_side=draft_side)
    except PictureError:
        return False
    return True
