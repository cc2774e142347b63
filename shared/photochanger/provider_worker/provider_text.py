"""A provider's words, made fit to be stored and shown."""

from collections.abc import Iterable

MAX_DETAIL_CHARS = 300


def presentable(text: str, *, without: Iterable[str] = ()) -> str:
    """Give the text in one line of at most `MAX_DETAIL_CHARS`: no control characters, nothing of `without` in it."""
    for secret in without:
        if secret:
            text = text.replace(secret, "[…]")
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: MAX_DETAIL_CHARS * 4]).split())
    return line if len(line) <= MAX_DETAIL_CHARS else line[: MAX_DETAIL_CHARS - 1] + "…"
