"""Which bytes of a picture a request asks for, and whether it has them already (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    start: int
    length: int

    def content_range(self, size_bytes: int) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{size_bytes}"


class RangeNotSatisfiable(Exception):
    """The range lies behind the end."""


def requested_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """The one range asked for; None for the whole: no header, several ranges, or one that makes no sense.

    Raises:
        RangeNotSatisfiable: a well-formed range with nothing in it.
    """
    match = _RANGE.fullmatch((header or "").strip().replace(" ", ""))
    if match is None:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size_bytes)
        start = size_bytes - length
    else:
        start = int(first)
        if last and int(last) < start:
            return None
        length = min(int(last) + 1 if last else size_bytes, size_bytes) - start
    if length <= 0:
        raise RangeNotSatisfiable
    return ByteRange(start, length)


def etag_matches(header: str, etag: str, *, weakly: bool) -> bool:
    """Whether the list of tags names `etag`, a strong one in its quotes; `*` names every one."""
    for entry in header.split(","):
        tag = entry.strip()
        if tag in {"*", etag} or (weakly and tag == f"W/{etag}"):
            return True
    return False
