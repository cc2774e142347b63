"""Revisions of a slot: every version it ever had."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.pages import PageQuery
from admin_api.slots.slot_diff import FieldChange
from admin_api.slots.slot_models import Comment, SlotContent
from photochanger.domain.slot import Slot

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class RevisionQuery(PageQuery):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Number | None = None


class RevisionSummary(BaseModel):
    """`number` is the slot's version; `at` is when it was saved."""

    number: int
    at: datetime | None
    author: str
    comment: str


class RevisionShown(RevisionSummary):
    slot: SlotContent


class RevisionPage(BaseModel):
    items: tuple[RevisionSummary, ...]
    next_cursor: str | None


class DiffQuery(RequestModel):
    """`to` is the other revision, the slot's newest one if it is not given."""

    to: Number | None = None


class RevisionDiff(BaseModel):
    """What makes `to` out of `number`; no changes: they are the same."""

    number: int
    to: int
    changes: tuple[FieldChange, ...]


class Rollback(RequestModel):
    comment: Comment = ""


def revision_summary(slot: Slot) -> RevisionSummary:
    return RevisionSummary(number=slot.version, at=slot.updated_at, author=slot.author, comment=slot.comment)
