"""What the document says of times is what is taken of them."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from admin_api.rest.moments import PATTERN, Moment

MOMENT = TypeAdapter(Moment)


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("2026-05-09T18:30:00Z", True),
        ("2026-05-09t18:30:00.123456+14:00", True),
        ("2000-01-01T00:00:00Z", True),
        ("2000-01-01T00:00:00+00:00", True),
        ("2000-01-01T00:00:00+01:00", False),
        ("2001-01-01T00:00:00+14:00", True),
        ("1999-12-31T23:59:59-14:00", False),
        ("2198-12-31T23:59:59-14:00", True),
        ("2199-12-31T23:59:59Z", True),
        ("2199-12-31T23:59:59-00:01", False),
        ("2200-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
    ],
)
def test_the_pattern_and_the_check_take_the_same_times(text: str, is_taken: bool) -> None:
    assert bool(re.search(PATTERN, text)) is is_taken
    if is_taken:
        MOMENT.validate_strings(text)
    else:
        with pytest.raises(ValidationError, match="must be of the years"):
            MOMENT.validate_strings(text)


def test_the_schema_has_the_pattern() -> None:
    assert MOMENT.json_schema() == {"type": "string", "format": "date-time", "pattern": PATTERN}
