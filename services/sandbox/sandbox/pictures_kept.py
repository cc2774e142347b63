"""The newest pictures the sandbox drew, for its page."""

from collections import OrderedDict
from io import BytesIO

from PIL import Image, ImageOps

from sandbox.drawing import DrawnPicture

_KEPT = 24
_SIDE = 360


class PicturesKept:
    """The last 24, each under its call's id; a small copy is made when it is first looked at."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, DrawnPicture] = OrderedDict()
        self._small: dict[str, bytes] = {}

    def keep(self, call_id: str, picture: DrawnPicture) -> None:
        self._pictures[call_id] = picture
        while len(self._pictures) > _KEPT:
            oldest, _ = self._pictures.popitem(last=False)
            self._small.pop(oldest, None)

    def ids(self) -> frozenset[str]:
        return frozenset(self._pictures)

    def small(self, call_id: str) -> bytes | None:
        """Give a JPEG of at most 360 pixels a side, None when it is not kept (any more) or is no picture."""
        picture = self._pictures.get(call_id)
        if picture is None:
            return None
        if call_id not in self._small:
            try:
                self._small[call_id] = _shrunk(picture.data)
            except (OSError, ValueError, Image.DecompressionBombError):
                return None
        return self._small[call_id]

    def clear(self) -> None:
        self._pictures.clear()
        self._small.clear()


def _shrunk(data: bytes) -> bytes:
    buffer = BytesIO()
    with Image.open(BytesIO(data)) as picture:
        picture.draft("RGB", (_SIDE, _SIDE))
        ImageOps.contain(picture.convert("RGB"), (_SIDE, _SIDE)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
