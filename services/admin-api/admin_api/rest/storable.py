"""What of a request the database can keep, and reads as nothing else: `$…` as an operator, `.` as a path."""

import re
from collections.abc import Iterator

from pydantic import JsonValue

from admin_api.rest.field_fault import FaultCode, Wrong

#: The database's own bounds.
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1

#: Text may have lines and tabs, but no other control characters; a name not even these.
_TEXT = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*"
_NAME = r"([^$.\u0000-\u001f\u007f-\u009f][^.\u0000-\u001f\u007f-\u009f]*)?"
#: As JSON Schema writes them.
TEXT_PATTERN, NAME_PATTERN = f"^{_TEXT}$", f"^{_NAME}$"
#: Text in one line.
LINE_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f]*$"

_IS_TEXT, _IS_NAME = re.compile(_TEXT).fullmatch, re.compile(_NAME).fullmatch

Path = tuple[str | int, ...]

_BAD_NAME = Wrong(FaultCode.BAD_NAME, "a name must not start with $, nor hold . or control characters")
_CONTROLS = Wrong(
    FaultCode.CONTROL_CHARACTERS, "a text must not hold control characters, apart from tabs and line ends"
)
_TOO_MANY_DIGITS = Wrong(FaultCode.TOO_MANY_DIGITS, "a number must fit in 64 bits")


def unstorable(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, Wrong]]:
    """Give the path of everything in the value that cannot be kept, and what is wrong with it."""
    if isinstance(value, dict):
        for name, item in value.items():
            if not _IS_NAME(name):
                yield (*path, name), _BAD_NAME
            yield from unstorable(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from unstorable(item, (*path, place))
    elif isinstance(value, str):
        if not _IS_TEXT(value):
            yield path, _CONTROLS
    elif isinstance(value, int | float) and not MIN_INTEGER <= value <= MAX_INTEGER:
        yield path, _TOO_MANY_DIGITS
