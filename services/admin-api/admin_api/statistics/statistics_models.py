"""Statistics as the API takes and shows them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.model_faults import custom_error
from admin_api.rest.moments import Moment
from admin_api.rest.problems import Refused
from photochanger.domain.failure import FailureReason, problem_for
from photochanger.domain.log_histogram import percentile_ms
from photochanger.domain.slot import ProviderName, SlotId
from photochanger.domain.statistics import LastError, PeriodSums, Sums, Timed
from photochanger.domain.statistics_spans import Span
from photochanger.infrastructure.statistics_reader import JobWords

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=31)
MAX_FAILURE_GROUPS = 100

_SPAN = "must be 5 minutes to 31 days after `from`"
_TOO_SHORT = Wrong(FaultCode.PERIOD_TOO_SHORT, _SPAN, limit=SHORTEST // timedelta(minutes=1))
_TOO_LONG = Wrong(FaultCode.PERIOD_TOO_LONG, _SPAN, limit=LONGEST // timedelta(days=1))


class StatisticsQuery(RequestModel):
    """From `from` on and before `to`: 5 minutes up to 31 days, by when the photos came."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")

    def span(self) -> Span:
        """The time asked for.

        Raises:
            Refused: it is too short or too long (422).
        """
        period = self.end - self.start
        if period < SHORTEST:
            raise Refused.for_faults(FieldFault.at("to", wrong=_TOO_SHORT))
        if period > LONGEST:
            raise Refused.for_faults(FieldFault.at("to", wrong=_TOO_LONG))
        return Span(self.start.astimezone(UTC), self.end.astimezone(UTC))


class SeriesQuery(StatisticsQuery):
    """Of one slot or one provider; with neither of all slots together."""

    slot_id: SlotId | None = None
    provider: ProviderName | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if self.slot_id is not None and self.provider is not None:
            raise custom_error(Wrong(FaultCode.ONE_OF_BOTH, "give `slot_id` or `provider`, not both"))
        return self


class Percentiles(BaseModel):
    """Milliseconds, at most 2 % off; None without a photo that came back."""

    p50: int | None
    p95: int | None
    p99: int | None

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Self:
        p50, p95, p99 = (percentile_ms(counts, percent) for percent in (50, 95, 99))
        return cls(p50=p50, p95=p95, p99=p99)


class LastErrorShown(BaseModel):
    """`detail` is empty once the photo's row has lost what was said, after its result's life."""

    at: AwareDatetime
    reason: str
    detail: str
    job_id: str


class Counts(BaseModel):
    """`success_share` is done of all that ended, 0 to 1. `others` were cancelled or ended by our own fault."""

    jobs: int
    done: int
    timeouts: int
    provider_errors: int
    refusals: int
    others: int
    running: int
    success_share: float | None


class Row(Counts):
    """One slot or one provider. A provider's `jobs` are photos sent to it."""

    id: str
    total_ms: Percentiles
    queue_wait_ms: Percentiles
    provider_time_ms: Percentiles
    last_success: AwareDatetime | None
    last_error: LastErrorShown | None


class Failure(BaseModel):
    """`code` and `http_status` are what booths got; `detail` and `job_id` are the last one's."""

    slot_id: str
    reason: FailureReason
    code: str
    http_status: int
    count: int
    last_at: AwareDatetime
    detail: str
    job_id: str


class Statistics(BaseModel):
    """`counted_from` and `counted_to` are what was asked; where rows may be gone, full hours around it."""

    counted_from: AwareDatetime
    counted_to: AwareDatetime
    slots: tuple[Row, ...]
    providers: tuple[Row, ...]
    failures: tuple[Failure, ...]


class Point(Counts):
    """Photos that came from `at` on and before the next step; `p50` and `p95` are of `total_ms`."""

    at: AwareDatetime
    p50: int | None
    p95: int | None


class Series(BaseModel):
    """Steps without photos are there too. The first and the last may lie partly outside of what was asked."""

    counted_from: AwareDatetime
    counted_to: AwareDatetime
    step_seconds: int
    points: tuple[Point, ...]


Words = Mapping[str, JobWords]


def failures_shown(total: PeriodSums, words: Words) -> tuple[Failure, ...]:
    """The groups, the latest first."""
    newest = sorted(total.failures.items(), key=lambda entry: (entry[1].last_at, entry[0]), reverse=True)
    return tuple(
        Failure(
            slot_id=slot_id,
            reason=FailureReason(reason),
            code=problem_for(FailureReason(reason)).code,
            http_status=problem_for(FailureReason(reason)).status,
            count=group.count,
            last_at=group.last_at,
            detail=words[group.job_id].failure_detail if group.job_id in words else "",
            job_id=group.job_id,
        )
        for (slot_id, reason), group in newest[:MAX_FAILURE_GROUPS]
    )


def jobs_named(total: PeriodSums) -> set[str]:
    """Every job whose words the answer may show."""
    groups = (*total.slots.values(), *total.providers.values())
    errors = (group.last_error.job_id for group in groups if group.last_error is not None)
    return {*errors, *(failures.job_id for failures in total.failures.values())}


def slot_rows(total: PeriodSums, words: Words) -> tuple[Row, ...]:
    return tuple(_row(name, sums, words) for name, sums in sorted(total.slots.items()))


def provider_rows(total: PeriodSums, words: Words) -> tuple[Row, ...]:
    return tuple(_row(name, sums, words, provider=name) for name, sums in sorted(total.providers.items()))


def counts_of(sums: Sums) -> dict[str, int | float | None]:
    return {
        "jobs": sums.jobs,
        "done": sums.done,
        "timeouts": sums.timeouts,
        "provider_errors": sums.provider_errors,
        "refusals": sums.refusals,
        "others": sums.others,
        "running": sums.running,
        "success_share": round(sums.done / sums.ended, 4) if sums.ended else None,
    }


def point_of(at: datetime, sums: Iterable[Sums]) -> Point:
    together = Sums()
    for one in sums:
        together.add(one)
    total = together.times[Timed.TOTAL]
    return Point.model_validate(
        {**counts_of(together), "at": at, "p50": percentile_ms(total, 50), "p95": percentile_ms(total, 95)}
    )


def _row(name: str, sums: Sums, words: Words, *, provider: str | None = None) -> Row:
    return Row.model_validate(
        {
            **counts_of(sums),
            "id": name,
            "total_ms": Percentiles.of(sums.times[Timed.TOTAL]),
            "queue_wait_ms": Percentiles.of(sums.times[Timed.QUEUE_WAIT]),
            "provider_time_ms": Percentiles.of(sums.times[Timed.PROVIDER_TIME]),
            "last_success": sums.last_success,
            "last_error": None if sums.last_error is None else _error_shown(sums.last_error, words, provider),
        }
    )


def _error_shown(error: LastError, words: Words, provider: str | None) -> LastErrorShown:
    said = words.get(error.job_id)
    if said is None:
        detail = ""
    elif provider is None:
        detail = said.failure_detail
    else:
        detail = said.attempts.get((provider, error.at), "")
    return LastErrorShown(at=error.at, reason=error.reason, detail=detail, job_id=error.job_id)
