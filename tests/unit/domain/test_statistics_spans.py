"""A time is cut into days, hours and rests that cover it once."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.statistics_spans import DAY, HOUR, ROWS_KEPT, Span, countable, floor_to, parts_of

NOW = datetime(2026, 5, 20, 12, 34, 56, tzinfo=UTC)

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 81 * 86_400_000).map(lambda ms: FIRST + timedelta(milliseconds=ms))
spans = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))
hours = moments.map(lambda at: floor_to(at, HOUR))


@given(spans, st.none() | hours)
def test_the_parts_cover_the_time_once_and_without_a_gap(span: Span, rolled_until: datetime | None) -> None:
    parts = parts_of(span, rolled_until=rolled_until)

    together = sorted((*parts.days, *parts.hours, *parts.rows), key=lambda part: part.start)
    assert [together[0].start, together[-1].end] == [span.start, span.end]
    assert all(before.end == after.start for before, after in itertools.pairwise(together))


@given(spans, st.none() | hours)
def test_sums_are_used_of_whole_hours_and_days_that_have_some(span: Span, rolled_until: datetime | None) -> None:
    parts = parts_of(span, rolled_until=rolled_until)

    for step, summed in ((DAY, parts.days), (HOUR, parts.hours)):
        for part in summed:
            assert part.start == floor_to(part.start, step)
            assert part.end == floor_to(part.end, step)
            assert rolled_until is not None
            assert part.end <= rolled_until


@given(spans)
def test_of_a_month_that_has_its_sums_less_than_two_hours_are_counted_from_rows(span: Span) -> None:
    parts = parts_of(span, rolled_until=datetime(2026, 6, 1, tzinfo=UTC))

    assert sum((part.end - part.start for part in parts.rows), timedelta()) < 2 * HOUR
    assert sum((part.end - part.start for part in parts.hours), timedelta()) < 2 * DAY


@given(spans)
def test_ends_whose_rows_may_be_gone_are_full_hours(span: Span) -> None:
    counted = countable(span, now=NOW)

    for at, asked in ((counted.start, span.start), (counted.end, span.end)):
        if asked < NOW - ROWS_KEPT:
            assert at == floor_to(at, HOUR)
        else:
            assert at == asked
    assert counted.start <= span.start < span.end <= counted.end
