"""How slots and providers did within a time: counts, times, what failed; as JSON, as a series for charts, as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from aiohttp import hdrs, web

from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.statistics.statistics_models import (
    Point,
    Row,
    Series,
    SeriesQuery,
    Statistics,
    StatisticsQuery,
    failures_shown,
    jobs_named,
    point_of,
    provider_rows,
    slot_rows,
)
from photochanger.domain.statistics import PeriodSums, Sums
from photochanger.domain.statistics_spans import DAY, HOUR, Span, floor_to
from photochanger.domain.user import Role
from photochanger.infrastructure.statistics_reader import StatisticsReader

PATH = "/api/v1/statistics"
CSV = "text/csv"
#: A chart's step by what it spans: short ones are counted from rows alone, long ones from daily sums.
_STEPS = ((timedelta(hours=3), timedelta(minutes=5)), (timedelta(days=7), HOUR))


class StatisticsRoutes:
    def __init__(self, reader: StatisticsReader) -> None:
        self._reader = reader

    def endpoints(self) -> tuple[Endpoint, ...]:
        get, viewer = hdrs.METH_GET, Role.VIEWER
        return (
            Endpoint(
                get,
                PATH,
                self.show,
                viewer,
                summary="How slots and providers did: counts, times, recent failures; without test runs",
                query=StatisticsQuery,
                answer=Statistics,
            ),
            Endpoint(
                get,
                f"{PATH}/series",
                self.series,
                viewer,
                summary="The same step by step, for charts: 5 minutes up to 3 hours, hours up to 7 days, else days",
                query=SeriesQuery,
                answer=Series,
            ),
            Endpoint(
                get,
                f"{PATH}/csv",
                self.csv,
                viewer,
                summary="Slots and providers as a table for spreadsheets",
                query=StatisticsQuery,
                answer_type=CSV,
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(await self._statistics(query_of(request, StatisticsQuery)))

    async def csv(self, request: web.Request) -> web.Response:
        query = query_of(request, StatisticsQuery)
        statistics = await self._statistics(query)
        name = f"statistics-{query.start:%Y%m%dT%H%M}-{query.end:%Y%m%dT%H%M}.csv"
        headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
        return web.Response(text=_table(statistics), content_type=CSV, charset="utf-8", headers=headers)

    async def series(self, request: web.Request) -> web.Response:
        query = query_of(request, SeriesQuery)
        span = query.span()
        counted = await self._reader.count(span, step=_step(span))
        points = tuple(point_of(at, _chosen(counted.sums.get(at), query)) for at in _steps(counted.span, counted.step))
        return json_answer(_series(counted.span, counted.step, points))

    async def _statistics(self, query: StatisticsQuery) -> Statistics:
        counted = await self._reader.count(query.span())
        total = counted.total
        words = await self._reader.words(jobs_named(total))
        return Statistics(
            counted_from=counted.span.start,
            counted_to=counted.span.end,
            slots=slot_rows(total, words),
            providers=provider_rows(total, words),
            failures=failures_shown(total, words),
        )


def _step(span: Span) -> timedelta:
    length = span.end - span.start
    return next((step for longest, step in _STEPS if length <= longest), DAY)


def _steps(span: Span, step: timedelta) -> Iterator[datetime]:
    at = floor_to(span.start, step)
    while at < span.end:
        yield at
        at += step


def _chosen(sums: PeriodSums | None, query: SeriesQuery) -> tuple[Sums, ...]:
    if sums is None:
        return ()
    if query.provider is not None:
        return tuple(group for name, group in sums.providers.items() if name == query.provider)
    return tuple(group for name, group in sums.slots.items() if query.slot_id in {None, name})


def _series(span: Span, step: timedelta, points: tuple[Point, ...]) -> Series:
    seconds = step // timedelta(seconds=1)
    return Series(counted_from=span.start, counted_to=span.end, step_seconds=seconds, points=points)


def _table(statistics: Statistics) -> str:
    rows = [
        *(_line("slot", row) for row in statistics.slots),
        *(_line("provider", row) for row in statistics.providers),
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_TIMES = ("total_ms", "queue_wait_ms", "provider_time_ms")
_PERCENTILES = ("p50", "p95", "p99")
_COUNTS = ("jobs", "done", "timeouts", "provider_errors", "refusals", "others", "running", "success_share")
_COLUMNS = (
    "kind",
    "id",
    *_COUNTS,
    *(f"{times}_{percentile}" for times in _TIMES for percentile in _PERCENTILES),
    "last_success",
    "last_error",
    "last_error_reason",
)


def _line(kind: str, row: Row) -> dict[str, object]:
    """Nothing that a provider or a guest said: a spreadsheet would take some of it for a formula."""
    error = row.last_error
    return {
        "kind": kind,
        "id": row.id,
        **{name: getattr(row, name) for name in _COUNTS},
        **{
            f"{times}_{percentile}": getattr(getattr(row, times), percentile)
            for times in _TIMES
            for percentile in _PERCENTILES
        },
        "last_success": "" if row.last_success is None else row.last_success.isoformat(),
        "last_error": "" if error is None else error.at.isoformat(),
        "last_error_reason": "" if error is None else error.reason,
    }
