"""Secrets planted on purpose, and whether a text or a pile of bytes holds one in any form."""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

#: Of a picture: long enough to be nobody else's, short enough to survive a log's cutting.
_SNIPPET_BYTES = 48
#: Who knows so much of a text knows that it was it: canaries differ within their first characters.
_PIECE_CHARS = 24


@dataclass(frozen=True)
class Canary:
    """`forms` are what betrays it."""

    name: str
    forms: tuple[bytes, ...]

    @classmethod
    def of_text(cls, name: str, text: str) -> "Canary":
        """A key, a password, a prompt: by its beginning, as whoever repeats it may cut it."""
        piece = text[:_PIECE_CHARS]
        quoted = (urllib.parse.quote(piece), urllib.parse.quote_plus(piece), json.dumps(piece)[1:-1])
        return cls(name, tuple(dict.fromkeys((*_forms(piece.encode()), *(form.encode() for form in quoted)))))

    @classmethod
    def of_picture(cls, name: str, data: bytes) -> "Canary":
        """A picture, by three places in its pixels: its head may be rewritten."""
        return cls(name, tuple(form for at in places(data) for form in _forms(data[at : at + _SNIPPET_BYTES])))

    def is_in(self, pile: bytes) -> bool:
        return any(form in pile for form in self.forms)


def places(data: bytes) -> tuple[int, ...]:
    """Where a picture is known by."""
    return tuple(len(data) * part // 8 for part in (3, 5, 7))


def found(canaries: Iterable[Canary], piles: Mapping[str, bytes]) -> list[str]:
    """Say which canary is where."""
    return [f"{canary.name} in {where}" for where, pile in piles.items() for canary in canaries if canary.is_in(pile)]


def leaves(value: object, path: str) -> Iterator[tuple[str, bytes]]:
    """Give each value of a document with its path, and each field's name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path, str(name).encode()
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, bytes(value) if isinstance(value, bytes | bytearray) else str(value).encode()


def outside(rows: Iterable[tuple[str, bytes]], allowed: str) -> dict[str, bytes]:
    """Give what stands in rows, by path, but not at the paths that `allowed` matches."""
    piles: dict[str, bytes] = {}
    for path, value in rows:
        if not re.fullmatch(allowed, path):
            piles[path] = piles.get(path, b"") + b"\n" + value
    return piles


def _forms(data: bytes) -> Iterator[bytes]:
    yield data
    yield data.hex().encode()
    yield repr(data)[2:-1].encode()
    for before in range(3):
        # whatever stood before and behind it, these characters would be there
        encoded = base64.b64encode(bytes(before) + data)[4 if before else 0 : -4]
        yield encoded
        yield encoded.translate(bytes.maketrans(b"+/", b"-_"))
