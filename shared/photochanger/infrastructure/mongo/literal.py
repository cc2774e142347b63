"""Values that came from outside, inside an aggregation pipeline."""

from typing import Any


def literal(value: object) -> dict[str, Any]:
    """The value as itself: without this a booth named `$ingest_password` would be a field path."""
    return {"$literal": value}
