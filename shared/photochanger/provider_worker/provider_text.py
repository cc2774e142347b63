"""A provider's words, made fit to be stored and shown."""

from collections.abc import Iterable

from photochanger.observability.redaction import redact_text

MAX_DETAIL_CHARS = 300
#: A secret is known by any piece of it of this length: whoever quotes a prompt often cuts it.
_PIECE_CHARS = 16
_GONE = "[…]"


def presentable(text: str, *, without: Iterable[str] = ()) -> str:
    """Give the text in one line of at most `MAX_DETAIL_CHARS`: no control characters, nothing of `without` in it.

    What never reaches a log is left out too: links that open a picture, keys in links, long base64.
    """
    for secret in without:
        text = _without(text[: MAX_DETAIL_CHARS * 10], secret)
    shown = redact_text(text[: MAX_DETAIL_CHARS * 4])
    line = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
    return line if len(line) <= MAX_DETAIL_CHARS else line[: MAX_DETAIL_CHARS - 1] + "…"


def _without(text: str, secret: str) -> str:
    if not secret:
        return text
    size = min(_PIECE_CHARS, len(secret))
    pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
    kept, at = [], 0
    while at < len(text):
        if text[at : at + size] not in pieces:
            kept.append(text[at])
            at += 1
            continue
        kept.append(_GONE)
        at += size
        while text[at - size + 1 : at + 1] in pieces and at < len(text):
            at += 1
    return "".join(kept)
