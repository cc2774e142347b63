"""Which parts of a time are counted from daily sums, from hourly ones, and which only from rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: Rows are there so long, at least: a result lives 24 h or longer, its tombstone 30 days more.
ROWS_KEPT = timedelta(days=30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """From `start` on and before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Parts:
    """Spans that together are one time, none of them empty: whole UTC days, whole hours, and the rest."""

    days: tuple[Span, ...]
    hours: tuple[Span, ...]
    rows: tuple[Span, ...]


def floor_to(at: datetime, step: timedelta) -> datetime:
    """The last multiple of `step` up to `at`, counted from 1970 in UTC."""
    return at - (at - _EPOCH) % step


def ceil_to(at: datetime, step: timedelta) -> datetime:
    """The first multiple of `step` from `at` on."""
    return at + -(at - _EPOCH) % step


def countable(span: Span, *, now: datetime) -> Span:
    """The span with an end whose rows may be gone moved to its full hour, outward."""
    oldest = now - ROWS_KEPT
    start = floor_to(span.start, HOUR) if span.start < oldest else span.start
    end = ceil_to(span.end, HOUR) if span.end < oldest else span.end
    return Span(start, end)


def parts_of(span: Span, *, rolled_until: datetime | None) -> Parts:
    """Cut the span; hours that end by `rolled_until` have sums, and so have the days of such hours."""
    first = ceil_to(span.start, HOUR)
    last = first if rolled_until is None else min(floor_to(span.end, HOUR), rolled_until)
    if last <= first:
        return Parts((), (), _whole(span))
    rows = (Span(span.start, first), Span(last, span.end))
    day, days_end = ceil_to(first, DAY), floor_to(last, DAY)
    if days_end <= day:
        return Parts((), _whole(Span(first, last)), _whole(*rows))
    hours = (Span(first, day), Span(days_end, last))
    return Parts(_whole(Span(day, days_end)), _whole(*hours), _whole(*rows))


def _whole(*spans: Span) -> tuple[Span, ...]:
    return tuple(span for span in spans if span.start < span.end)
