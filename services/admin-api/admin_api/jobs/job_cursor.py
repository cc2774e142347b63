"""The cursor of lists of jobs and of pictures: the place of the last row, so that it works when the row is gone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import StringConstraints

from photochanger.infrastructure.job_reader import JobLine, Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

#: Milliseconds since 1970 and the id; to clients it is one opaque word.
JobCursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


def cursor_of(line: JobLine) -> str:
    return f"{(line.created_at - _EPOCH) // _MILLISECOND}.{line.id}"


def place_of(cursor: str | None) -> Place | None:
    """The place that a cursor of that pattern names."""
    if cursor is None:
        return None
    milliseconds, _, job_id = cursor.partition(".")
    return Place(_EPOCH + int(milliseconds) * _MILLISECOND, job_id)
