"""Long lists page by page."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from admin_api.rest.endpoint import RequestModel

MAX_PAGE = 200

#: A booth's whole name, as it gave it.
Booth = Annotated[str, Field(min_length=1, max_length=256)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE)]
T = TypeVar("T")


class CursorQuery(RequestModel):
    """`cursor` is the `next_cursor` of the page before."""

    limit: Limit = 50
    cursor: Annotated[str, Field(min_length=1, max_length=128)] | None = None


def cut_page(found: Sequence[T], *, limit: int, cursor_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Give the page and its `next_cursor`, None on the last one; `found` was read with `limit + 1`."""
    page = found[:limit]
    return page, cursor_of(page[-1]) if len(found) > limit else None
