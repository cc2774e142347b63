"""Answers for people as tables and lines, for machines as JSON; errors on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

MAX_CELL = 60


class Output:
    """`is_json`: one JSON value per command on stdout, nothing else."""

    def __init__(self, *, is_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.is_json = is_json
        self._out, self._err = out or sys.stdout, err or sys.stderr

    def value(self, value: object) -> None:
        """Say it as JSON, whoever reads it."""
        self._out.write(json.dumps(value, indent=None if self.is_json else 2, ensure_ascii=False) + "\n")
        self._out.flush()

    def line(self, text: str) -> None:
        """Say a line to people; machines do not hear it."""
        if not self.is_json:
            self._out.write(_printable(text) + "\n")
            self._out.flush()

    def error(self, text: str) -> None:
        self._err.write(f"photochanger: {_printable(text)}\n")

    def table(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Say the rows, for people these columns of them."""
        found = list(rows)
        if self.is_json:
            self.value(found)
            return
        cells = [[column.upper().replace("_", " ") for column in columns]]
        cells += [[_cell(row.get(column)) for column in columns] for row in found]
        widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
        for line in cells:
            self.line("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _printable(text: str) -> str:
    """What a terminal obeys is not printed: a booth may call itself anything."""
    return "".join(character if character.isprintable() else "?" for character in text)
