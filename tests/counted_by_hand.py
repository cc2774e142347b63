"""Statistics of rows counted the plain way, for tests: one row after the other, every value kept."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from photochanger.domain.log_histogram import percentile_ms
from photochanger.domain.statistics import COUNTS, PeriodSums, Sums, Timed

Row = dict[str, Any]
JOB_ERRORS = {"provider_error", "provider_unavailable", "bad_output"}
ATTEMPT_ERRORS = {"failed", "unavailable", "bad_output"}


@dataclass
class Plain:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    last_success: datetime | None = None
    last_error: tuple[datetime, str, str] | None = None
    times: dict[Timed, list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class PlainSums:
    slots: dict[str, Plain] = field(default_factory=lambda: defaultdict(Plain))
    providers: dict[str, Plain] = field(default_factory=lambda: defaultdict(Plain))
    failures: dict[tuple[str, str], tuple[int, datetime, str]] = field(default_factory=dict)


def count_by_hand(rows: Iterable[Row], start: datetime, end: datetime) -> PlainSums:
    sums = PlainSums()
    for row in rows:
        if row["source"] == "ingest" and start <= row["created_at"] < end:
            _count_job(sums, row)
            for attempt in row["attempts"]:
                _count_attempt(sums.providers[attempt["provider"]], row, attempt)
    return sums


def _count_job(sums: PlainSums, row: Row) -> None:
    reason, slot = row["failure_reason"], sums.slots[row["slot_id"]]
    kinds = {
        "jobs": True,
        "done": row["status"] == "done",
        "timeouts": row["status"] == "timeout",
        "provider_errors": reason in JOB_ERRORS,
        "refusals": reason == "provider_refused",
        "running": not row["is_finalized"],
    }
    _add(slot, kinds, row["finalized_at"], row["_id"], reason)
    if kinds["done"]:
        started = row["attempts"][0]["started"] if row["attempts"] else None
        known = [attempt["provider_ms"] for attempt in row["attempts"] if attempt["provider_ms"] is not None]
        _time(slot, Timed.TOTAL, _ms(row["created_at"], row["finalized_at"]))
        _time(slot, Timed.QUEUE_WAIT, _ms(row["created_at"], started))
        _time(slot, Timed.PROVIDER_TIME, sum(known))
    if reason is not None:
        count, at, job_id = sums.failures.get((row["slot_id"], reason), (0, row["finalized_at"], ""))
        last = max((at, job_id), (row["finalized_at"], row["_id"]))
        sums.failures[row["slot_id"], reason] = (count + 1, *last)


def _count_attempt(provider: Plain, row: Row, attempt: Row) -> None:
    outcome = attempt["outcome"]
    kinds = {
        "jobs": True,
        "done": outcome == "delivered",
        "timeouts": outcome in {"cut", "not_started", "late"},
        "provider_errors": outcome in ATTEMPT_ERRORS,
        "refusals": outcome == "refused",
        "running": outcome is None and not row["is_finalized"],
    }
    _add(provider, kinds, attempt["ended"], row["_id"], outcome)
    if kinds["done"]:
        _time(provider, Timed.TOTAL, _ms(attempt["dispatched_at"], attempt["ended"]))
        _time(provider, Timed.QUEUE_WAIT, _ms(attempt["dispatched_at"], attempt["started"]))
        _time(provider, Timed.PROVIDER_TIME, attempt["provider_ms"])


def _add(group: Plain, kinds: Mapping[str, bool], at: datetime | None, job_id: str, reason: str | None) -> None:
    for name, is_it in kinds.items():
        group.counts[name] += is_it
    if at is not None and kinds["done"]:
        group.last_success = max(group.last_success or at, at)
    elif at is not None and reason is not None:
        error = (at, job_id, reason)
        group.last_error = max(group.last_error or error, error)


def _time(group: Plain, timed: Timed, value: float | None) -> None:
    if value is not None:
        group.times[timed].append(value)


def _ms(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start) / timedelta(milliseconds=1)


def assert_same(found: PeriodSums, plain: PlainSums) -> None:
    """Counts are the same, percentiles 2 % off at most, and a millisecond as they are whole."""
    for groups, by_hand in ((found.slots, plain.slots), (found.providers, plain.providers)):
        assert groups.keys() == by_hand.keys()
        for name, group in by_hand.items():
            _assert_same_group(groups[name], group)
    failures = {key: (group.count, group.last_at, group.job_id) for key, group in found.failures.items()}
    assert failures == plain.failures


def _assert_same_group(found: Sums, plain: Plain) -> None:
    assert {name: getattr(found, name) for name in COUNTS} == plain.counts
    assert found.last_success == plain.last_success
    error = found.last_error
    assert (None if error is None else (error.at, error.job_id, error.reason)) == plain.last_error
    for timed in Timed:
        values = sorted(plain.times[timed])
        assert found.times[timed].total() == len(values)
        for percent in (50, 95, 99):
            told = percentile_ms(found.times[timed], percent)
            if not values:
                assert told is None
                continue
            exact = max(1, values[math.ceil(len(values) * percent / 100) - 1])
            assert told is not None
            assert abs(told - exact) <= 0.02 * exact + 1, (timed, percent)
