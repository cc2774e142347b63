"""How slots and providers did within a time, counted from the photos' rows."""

from datetime import timedelta
from typing import Self

from aiohttp import hdrs, web
from pydantic import AwareDatetime, BaseModel, Field

from admin_api.rest.endpoint import Endpoint, RequestModel, json_answer, query_of
from admin_api.rest.problems import FieldFault, Refused
from photochanger.domain.failure import FailureReason, problem_for
from photochanger.domain.log_histogram import percentile_ms
from photochanger.domain.user import Role
from photochanger.infrastructure.statistics_reader import FailureGroup, Group, StatisticsReader

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=31)


class StatisticsQuery(RequestModel):
    """From `from` on and before `to`: 5 minutes up to 31 days, by when the photos came."""

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


class Percentiles(BaseModel):
    """Milliseconds, at most 2 % off; None without a photo that came back."""

    p50: int | None
    p95: int | None
    p99: int | None


class LastErrorShown(BaseModel):
    at: AwareDatetime
    reason: str
    detail: str


class Row(BaseModel):
    """`success_share` is done of all that ended, 0 to 1. A provider's `jobs` are photos sent to it."""

    id: str
    jobs: int
    done: int
    timeouts: int
    provider_errors: int
    refusals: int
    running: int
    success_share: float | None
    total_ms: Percentiles
    queue_wait_ms: Percentiles
    provider_time_ms: Percentiles
    last_success: AwareDatetime | None
    last_error: LastErrorShown | None


class Failure(BaseModel):
    """`http_status` is what booths got; `detail` and `job_id` are the last one's."""

    slot_id: str
    reason: FailureReason
    http_status: int
    count: int
    last_at: AwareDatetime
    detail: str
    job_id: str

    @classmethod
    def of(cls, group: FailureGroup) -> Self:
        return cls(
            slot_id=group.slot_id,
            reason=group.reason,
            http_status=problem_for(group.reason).status,
            count=group.count,
            last_at=group.last_at,
            detail=group.detail,
            job_id=group.job_id,
        )


class Statistics(BaseModel):
    slots: tuple[Row, ...]
    providers: tuple[Row, ...]
    failures: tuple[Failure, ...]


class StatisticsRoutes:
    def __init__(self, reader: StatisticsReader) -> None:
        self._reader = reader

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                "/api/v1/statistics",
                self.show,
                Role.VIEWER,
                summary="How slots and providers did: counts, times, recent failures; without test runs",
                query=StatisticsQuery,
                answer=Statistics,
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        query = query_of(request, StatisticsQuery)
        if not SHORTEST <= query.end - query.start <= LONGEST:
            raise Refused.for_faults(FieldFault.at("to", detail="must be 5 minutes to 31 days after `from`"))
        slots = await self._reader.by_slot(query.start, query.end)
        providers = await self._reader.by_provider(query.start, query.end)
        failures = await self._reader.failures(query.start, query.end)
        return json_answer(
            Statistics(
                slots=tuple(_row(name, group) for name, group in slots.items()),
                providers=tuple(_row(name, group) for name, group in providers.items()),
                failures=tuple(Failure.of(group) for group in failures),
            )
        )


def _row(name: str, group: Group) -> Row:
    ended = group.jobs - group.running
    error = group.last_error
    return Row(
        id=name,
        jobs=group.jobs,
        done=group.done,
        timeouts=group.timeouts,
        provider_errors=group.provider_errors,
        refusals=group.refusals,
        running=group.running,
        success_share=round(group.done / ended, 4) if ended else None,
        total_ms=_percentiles(group, "total"),
        queue_wait_ms=_percentiles(group, "queue_wait"),
        provider_time_ms=_percentiles(group, "provider_time"),
        last_success=group.last_success,
        last_error=None if error is None else LastErrorShown(at=error.at, reason=error.reason, detail=error.detail),
    )


def _percentiles(group: Group, measure: str) -> Percentiles:
    counts = group.times[measure]
    return Percentiles(p50=percentile_ms(counts, 50), p95=percentile_ms(counts, 95), p99=percentile_ms(counts, 99))
