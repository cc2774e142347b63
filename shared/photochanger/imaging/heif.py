"""HEIC and HEIF by their boxes (ISO/IEC 23008-12), without decoding."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from photochanger.imaging.errors import UnreadablePicture, UnsupportedPicture
from photochanger.imaging.header import PictureHeader, check_pixels
from photochanger.imaging.isobmff import Box, Reader, boxes

_CODED = frozenset({b"hvc1", b"grid", b"iden", b"iovl"})
_ALPHA_KINDS = frozenset({b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"})
_MAX_ITEMS = 5_000


@dataclass(slots=True)
class _Items:
    """What the boxes inside `meta` say, by item id."""

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    references: list[tuple[bytes, int, list[int]]] = field(default_factory=list)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[int]] = field(default_factory=dict)

    def properties_of(self, item: int) -> Iterator[Box]:
        for index in self.associations.get(item, []):
            if 0 < index <= len(self.properties):
                yield self.properties[index - 1]


def read_whole(data: bytes) -> PictureHeader:
    """Check that every box and every item lies inside the file, and read the primary item.

    Raises:
        UnsupportedPicture: a sequence, several pictures, or another coding than HEVC.
        TooManyPixels: over the pixel limit.
        UnreadablePicture: broken or cut short.
    """
    top = {box.kind: box for box in boxes(data, 0, len(data))}
    if b"moov" in top:
        raise UnsupportedPicture("the HEIF is a sequence")
    if b"meta" not in top:
        raise UnreadablePicture("the HEIF has no item list")
    items = _read_items(data, top[b"meta"])
    if items.kinds.get(items.primary) not in _CODED:
        raise UnsupportedPicture("the HEIF picture is not coded as HEVC")
    if len(_pictures(items)) > 1:
        raise UnsupportedPicture("the HEIF holds several pictures")
    width, height = _size(data, items, items.primary)
    check_pixels(width, height)
    return PictureHeader(width, height, has_alpha=_has_alpha(data, items))


def _read_items(data: bytes, meta: Box) -> _Items:
    items = _Items()
    found = {box.kind: box for box in boxes(data, meta.start + 4, meta.end)}
    for kind in (b"pitm", b"iinf", b"iprp", b"iloc"):
        if kind not in found:
            raise UnreadablePicture("the HEIF item list is incomplete")
    pitm = Reader(data, found[b"pitm"].start, found[b"pitm"].end)
    items.primary = pitm.number(2 if pitm.number(4) >> 24 == 0 else 4)
    _read_kinds(data, found[b"iinf"], items)
    _read_properties(data, found[b"iprp"], items)
    if b"iref" in found:
        _read_references(data, found[b"iref"], items)
    _check_extents(data, found)
    return items


def _read_kinds(data: bytes, iinf: Box, items: _Items) -> None:
    reader = Reader(data, iinf.start, iinf.end)
    reader.number(2 if reader.number(4) >> 24 == 0 else 4)
    for entry in boxes(data, reader.position, iinf.end):
        info = Reader(data, entry.start, entry.end)
        flags = info.number(4)
        item = info.number(2 if flags >> 24 == 2 else 4)
        info.take(2)
        items.kinds[item] = info.take(4)
        if flags & 1:
            items.hidden.add(item)


def _read_properties(data: bytes, iprp: Box, items: _Items) -> None:
    for box in boxes(data, iprp.start, iprp.end):
        if box.kind == b"ipco":
            items.properties = list(boxes(data, box.start, box.end))
        elif box.kind == b"ipma":
            _read_associations(Reader(data, box.start, box.end), items)


def _read_associations(reader: Reader, items: _Items) -> None:
    flags = reader.number(4)
    index_bytes = 2 if flags & 1 else 1
    for _ in range(min(reader.number(4), _MAX_ITEMS)):
        item = reader.number(2 if flags >> 24 == 0 else 4)
        count = reader.number(1)
        essential = 1 << (8 * index_bytes - 1)
        items.associations[item] = [reader.number(index_bytes) & ~essential for _ in range(count)]


def _read_references(data: bytes, iref: Box, items: _Items) -> None:
    reader = Reader(data, iref.start, iref.end)
    id_bytes = 2 if reader.number(4) >> 24 == 0 else 4
    for box in boxes(data, reader.position, iref.end):
        reference = Reader(data, box.start, box.end)
        source = reference.number(id_bytes)
        count = reference.number(2)
        items.references.append((box.kind, source, [reference.number(id_bytes) for _ in range(count)]))


def _check_extents(data: bytes, found: dict[bytes, Box]) -> None:
    reader = Reader(data, found[b"iloc"].start, found[b"iloc"].end)
    version = reader.number(4) >> 24
    sizes = reader.number(2)
    offset_bytes, length_bytes, base_bytes = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_bytes = sizes & 15 if version else 0
    idat = found.get(b"idat", Box(b"idat", 0, 0))
    for _ in range(min(reader.number(2 if version < 2 else 4), _MAX_ITEMS)):
        reader.take(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.take(2)
        base = reader.number(base_bytes)
        available = (len(data), idat.end - idat.start, 1 << 64)[min(method, 2)]
        for _ in range(reader.number(2)):
            reader.take(index_bytes)
            offset, length = reader.number(offset_bytes), reader.number(length_bytes)
            if base + offset + length > available:
                raise UnreadablePicture("a HEIF item lies past the data")


def _pictures(items: _Items) -> set[int]:
    """Items that a viewer would show: neither hidden nor thumbnails, auxiliaries or parts of another."""
    helpers = {source for kind, source, _ in items.references if kind in {b"thmb", b"auxl"}}
    parts = {target for kind, _, targets in items.references if kind == b"dimg" for target in targets}
    shown = {item for item, kind in items.kinds.items() if kind in _CODED}
    return (shown - items.hidden - helpers - parts) | {items.primary}


def _size(data: bytes, items: _Items, item: int) -> tuple[int, int]:
    for box in items.properties_of(item):
        if box.kind == b"ispe":
            reader = Reader(data, box.start + 4, box.end)
            return reader.number(4), reader.number(4)
    raise UnreadablePicture("the HEIF picture has no size")


def _has_alpha(data: bytes, items: _Items) -> bool:
    auxiliaries = [source for kind, source, targets in items.references if kind == b"auxl" and items.primary in targets]
    return any(
        box.kind == b"auxC" and data[box.start + 4 : box.end].split(b"\0", 1)[0] in _ALPHA_KINDS
        for item in auxiliaries
        for box in items.properties_of(item)
    )
