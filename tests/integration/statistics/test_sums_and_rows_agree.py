"""Statistics of any time are those of its rows, whatever part of it has been summed up."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photochanger.domain.statistics_spans import HOUR, Span, floor_to
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.statistics_reader import StatisticsReader
from photochanger.infrastructure.statistics_rollup import StatisticsRollup
from tests.counted_by_hand import assert_same, count_by_hand

Row = dict[str, Any]

#: The rows lie within the days before this.
UNTIL = floor_to(datetime.now(UTC), HOUR)
LONGEST_MS = 3 * 24 * 3_600_000

ENDINGS = (
    ("done", None),
    ("timeout", "timeout"),
    ("failed", "provider_error"),
    ("failed", "provider_refused"),
    ("failed", "bad_output"),
    ("failed", "internal"),
    ("cancelled", "cancelled"),
)
OUTCOMES = ("delivered", "failed", "refused", "unavailable", "bad_output", "cut", "late", "lost", None)


@st.composite
def attempts(draw: st.DrawFn, came: datetime) -> Row:
    dispatched = came + timedelta(milliseconds=draw(st.integers(0, 500)))
    started = draw(st.none() | st.integers(0, 20_000).map(lambda ms: dispatched + timedelta(milliseconds=ms)))
    outcome = draw(st.sampled_from(OUTCOMES))
    took = draw(st.integers(1, 60_000))
    return {
        "provider": draw(st.sampled_from(("gemini", "turbotext"))),
        "outcome": outcome,
        "dispatched_at": dispatched,
        "started": started,
        "ended": None if outcome is None else (started or dispatched) + timedelta(milliseconds=took),
        "provider_ms": draw(st.none() | st.just(took)),
        "detail": "",
    }


@st.composite
def jobs(draw: st.DrawFn) -> Row:
    came = UNTIL - timedelta(milliseconds=draw(st.integers(1, LONGEST_MS)))
    status, reason = draw(st.sampled_from(ENDINGS))
    return {
        "_id": str(draw(st.uuids(version=4))),
        "public_id": uuid.uuid4().hex,
        "slot_id": draw(st.sampled_from(("wedding", "party", "a.b$c"))),
        "source": draw(st.sampled_from(("ingest", "ingest", "ingest", "test_run"))),
        "status": status,
        "is_finalized": True,
        "failure_reason": reason,
        "failure_detail": "",
        "created_at": came,
        "finalized_at": came + timedelta(milliseconds=draw(st.integers(0, 60_000))),
        "attempts": draw(st.lists(attempts(came), max_size=2)),
    }


moments = st.integers(0, LONGEST_MS).map(lambda ms: UNTIL - timedelta(milliseconds=ms))
spans = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))
in_a_database = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@in_a_database
@given(
    rows=st.lists(jobs(), max_size=60, unique_by=lambda row: row["_id"]),
    asked=st.lists(spans, min_size=1, max_size=3),
    hours=st.sampled_from((0, 5, 1_000)),
)
async def test_any_time_is_counted_as_by_hand(mongo: Mongo, rows: list[Row], asked: list[Span], hours: int) -> None:
    await _only(mongo, rows)
    await StatisticsRollup(mongo.database).roll_up(at_most=hours)

    for span in asked:
        counted = await StatisticsReader(mongo.database).count(span)
        assert_same(counted.total, count_by_hand(rows, span.start, span.end))


@pytest.mark.parametrize("step", [timedelta(minutes=5), HOUR, timedelta(days=1)])
@settings(in_a_database, max_examples=8)
@given(rows=st.lists(jobs(), max_size=40, unique_by=lambda row: row["_id"]), span=spans)
async def test_each_step_of_a_series_is_counted_as_by_hand(
    mongo: Mongo, step: timedelta, rows: list[Row], span: Span
) -> None:
    await _only(mongo, rows)
    await StatisticsRollup(mongo.database).roll_up(at_most=1_000)

    counted = await StatisticsReader(mongo.database).count(span, step=step)

    for at, sums in counted.sums.items():
        assert_same(sums, count_by_hand(rows, max(at, span.start), min(at + step, span.end)))
    assert_same(counted.total, count_by_hand(rows, span.start, span.end))


async def _only(mongo: Mongo, rows: list[Row]) -> None:
    for name in ("jobs", "statistics_hourly", "statistics_daily", "statistics_progress"):
        await mongo.database[name].delete_many({})
    if rows:
        await mongo.database["jobs"].insert_many([dict(row) for row in rows])
