"""Dead letters as the API takes and shows them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.field_fault import FaultCode, Wrong
from admin_api.rest.model_faults import custom_error
from admin_api.rest.moments import Moment
from admin_api.rest.pages import PageQuery
from photochanger.domain.dead_letter import DeadLetter, DeathReason, Header, Replay
from photochanger.domain.job import JobId
from photochanger.infrastructure.dead_letter_repository import LetterFilter

MAX_LETTERS = 200
#: A work message has a tenth of it.
MAX_SHOWN_CHARACTERS = 4_000

LetterId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(examples=["0d4e" * 16])]
QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,119}$")]

_DETAILS = MappingProxyType(
    {
        Replay.REPLAYED: "handed out again",
        Replay.CAN_BE_REPLAYED: "its photo waits, and has time left",
        Replay.UNDER_WAY: "somebody works on its photo, or is about to",
        Replay.TOO_LATE: "too late, photo deleted",
        Replay.NO_JOB: "it is about no photo that is known here",
        Replay.ALREADY_REPLAYED: "it was replayed before",
        Replay.NOT_FOUND: "there is no such letter",
    }
)


class LetterSelection(RequestModel):
    """Every field narrows. `since` and `until` are about `received_at`: from the one on, before the other."""

    reason: DeathReason | None = None
    queue: QueueName | None = None
    job_id: JobId | None = None
    since: Moment | None = None
    until: Moment | None = None

    def as_filter(self, *, is_replayed: bool | None) -> LetterFilter:
        return LetterFilter(
            reason=self.reason,
            queue=self.queue,
            job_id=self.job_id,
            since=self.since,
            until=self.until,
            is_replayed=is_replayed,
        )


class LetterQuery(LetterSelection, PageQuery):
    """`is_replayed` left out: both."""

    cursor: Annotated[str, StringConstraints(pattern="^[0-9]{1,14}-[0-9a-f]{64}$")] | None = None
    is_replayed: bool | None = None


class LetterIds(RequestModel):
    """The letters, each named."""

    ids: Annotated[tuple[LetterId, ...], Field(min_length=1, max_length=MAX_LETTERS)]


class ReplayRequest(RequestModel):
    """Either `ids`, or a `filter` that takes the newest 200 it finds. On a dry run nothing is done, only told."""

    dry_run: bool
    ids: Annotated[tuple[LetterId, ...], Field(min_length=1, max_length=MAX_LETTERS)] | None = None
    filter: LetterSelection | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise custom_error(Wrong(FaultCode.ONE_OF_BOTH, "give either ids or a filter"))
        return self


class LetterShown(BaseModel):
    """`outlook` is what a replay would do now, `outlook_detail` the same in words; `size_bytes` is the body's."""

    id: str
    received_at: datetime
    queue: str
    reason: DeathReason
    job_id: str | None
    size_bytes: int
    replayed_at: datetime | None
    replayed_by: str | None
    outlook: Replay
    outlook_detail: str


class LetterDetail(LetterShown):
    """As it died, with secrets hidden; the body up to 4,000 characters."""

    headers: tuple[Header, ...]
    body: str
    is_body_cut: bool


class LetterPage(BaseModel):
    items: tuple[LetterShown, ...]
    next_cursor: str | None


class ReplayedLetter(BaseModel):
    id: str
    job_id: str | None
    result: Replay
    detail: str

    @classmethod
    def of(cls, letter_id: str, job_id: str | None, result: Replay) -> "ReplayedLetter":
        return cls(id=letter_id, job_id=job_id, result=result, detail=_DETAILS[result])


class ReplayReport(BaseModel):
    """What became of each letter; `has_more`: the filter finds more than were looked at."""

    dry_run: bool
    items: tuple[ReplayedLetter, ...]
    counts: dict[Replay, int]
    has_more: bool

    @classmethod
    def of(cls, items: Iterable[ReplayedLetter], *, dry_run: bool, has_more: bool) -> "ReplayReport":
        told = tuple(items)
        return cls(dry_run=dry_run, items=told, counts=Counter(item.result for item in told), has_more=has_more)


class Discarded(BaseModel):
    """How many of the letters there were; the others were gone already."""

    discarded: int


def letter_shown(letter: DeadLetter, outlook: Replay) -> LetterShown:
    return LetterShown(
        id=letter.id,
        received_at=letter.received_at,
        queue=letter.queue,
        reason=DeathReason.named(letter.reason),
        job_id=letter.job_id,
        size_bytes=letter.size_bytes,
        replayed_at=letter.replayed_at,
        replayed_by=letter.replayed_by,
        outlook=outlook,
        outlook_detail=_DETAILS[outlook],
    )


def letter_detail(letter: DeadLetter, outlook: Replay) -> LetterDetail:
    headers = tuple(Header(name=header.name, value=header.value[:MAX_SHOWN_CHARACTERS]) for header in letter.headers)
    return LetterDetail(
        **letter_shown(letter, outlook).model_dump(),
        headers=headers,
        body=letter.body[:MAX_SHOWN_CHARACTERS],
        is_body_cut=len(letter.body) > MAX_SHOWN_CHARACTERS,
    )
