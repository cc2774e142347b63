"""Long lists page by page."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from admin_api.rest.endpoint import RequestModel

MAX_PAGE = 200

#: A booth's whole name, as it gave it.
Booth = Annotated[str, Field(min_length=1, max_length=256)]
T = TypeVar("T")


class PageQuery(RequestModel):
    """What every list takes; its `cursor`, the `next_cursor` of the page before, has a form of its own."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50


def cut_page(found: Sequence[T], *, limit: int, cursor_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Give the page and its `next_cursor`, None on the last one; `found` was read with `limit + 1`."""
    page = found[:limit]
    return page, cursor_of(page[-1]) if len(found) > limit else None
