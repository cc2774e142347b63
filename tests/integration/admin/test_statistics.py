"""Statistics agree with the rows they are counted from."""

import csv
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import ask, fields

#: Long enough ago to be summed up, whenever the service comes to it, and not so long that rows may be gone.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)

Row = dict[str, Any]


def attempt(provider: str, outcome: str | None, *, wait_ms: int = 100, provider_ms: int | None = None) -> Row:
    ended = None if outcome is None else NOON + timedelta(milliseconds=wait_ms + (provider_ms or 0))
    return {
        "provider": provider,
        "outcome": outcome,
        "dispatched_at": NOON,
        "started": NOON + timedelta(milliseconds=wait_ms),
        "ended": ended,
        "provider_ms": provider_ms,
        "detail": "it said no",
    }


def job(status: str, attempts: list[Row], *, total_ms: int = 1_000, **changes: object) -> Row:
    ended = None if status == "processing" else NOON + timedelta(milliseconds=total_ms)
    row = {
        "_id": str(uuid.uuid4()),
        "public_id": uuid.uuid4().hex,
        "slot_id": "wedding",
        "source": "ingest",
        "status": status,
        "is_finalized": ended is not None,
        "failure_reason": None,
        "failure_detail": "",
        "created_at": NOON,
        "finalized_at": ended,
        "attempts": attempts,
    }
    return row | changes


def failed(reason: str, attempts: list[Row], *, total_ms: int = 1_000) -> Row:
    status = "timeout" if reason == "timeout" else "failed"
    return job(status, attempts, total_ms=total_ms, failure_reason=reason, failure_detail="it said no")


@pytest.fixture
async def rows(mongo: Mongo) -> list[Row]:
    delivered = [
        job("done", [attempt("gemini", "delivered", provider_ms=10 * n)], total_ms=20 * n) for n in range(1, 101)
    ]
    others = [
        failed("timeout", [attempt("gemini", "cut")]),
        failed("provider_error", [attempt("gemini", "failed"), attempt("turbotext", "bad_output")]),
        failed("provider_refused", [attempt("gemini", "refused")], total_ms=9_000),
        failed("provider_refused", [attempt("gemini", "refused")]),
        job("processing", [attempt("gemini", None)]),
        job("done", [attempt("gemini", "delivered")], source="test_run"),
        job("done", [attempt("gemini", "delivered")], created_at=NOON - timedelta(days=2)),
        job("done", [attempt("turbotext", "delivered", provider_ms=7)], slot_id="party"),
        failed("timeout", [attempt("sleepy", None)]),
    ]
    for name in ("jobs", "statistics_hourly", "statistics_daily", "statistics_progress"):
        await mongo.database[name].delete_many({})
    await mongo.database["jobs"].insert_many(delivered + others)
    return delivered + others


def address(start: datetime, end: datetime) -> str:
    return "/api/v1/statistics?" + urlencode({"from": start.isoformat(), "to": end.isoformat()})


HOUR = address(NOON - timedelta(minutes=30), NOON + timedelta(minutes=30))


async def test_each_slot_is_counted_without_test_runs_and_other_times(
    admin: aiohttp.ClientSession, rows: list[Row]
) -> None:
    status, statistics = await ask(admin, "GET", HOUR)

    party, wedding = statistics["slots"]
    counted = ("jobs", "done", "timeouts", "provider_errors", "refusals", "others", "running")
    assert status == 200
    assert (party["id"], party["jobs"], party["success_share"], party["last_error"]) == ("party", 1, 1.0, None)
    assert [wedding[name] for name in counted] == [106, 100, 2, 1, 2, 0, 1]
    assert wedding["success_share"] == round(100 / 105, 4)
    assert datetime.fromisoformat(wedding["last_success"]) == NOON + timedelta(seconds=2)
    assert (wedding["last_error"]["reason"], wedding["last_error"]["detail"]) == ("provider_refused", "it said no")


async def test_percentiles_are_two_percent_off_at_most(admin: aiohttp.ClientSession, rows: list[Row]) -> None:
    _, statistics = await ask(admin, "GET", HOUR)

    wedding = statistics["slots"][1]
    for measure, factor in (("total_ms", 20), ("provider_time_ms", 10)):
        found = [wedding[measure][name] for name in ("p50", "p95", "p99")]
        assert found == pytest.approx([50 * factor, 95 * factor, 99 * factor], rel=0.021)
    assert wedding["queue_wait_ms"]["p99"] == pytest.approx(100, rel=0.021)


async def test_each_provider_is_counted_by_the_photos_sent_to_it(admin: aiohttp.ClientSession, rows: list[Row]) -> None:
    _, statistics = await ask(admin, "GET", HOUR)

    gemini, _, turbotext = statistics["providers"]
    counted = ("id", "jobs", "done", "timeouts", "provider_errors", "refusals", "running")
    assert [gemini[name] for name in counted] == ["gemini", 105, 100, 1, 1, 2, 1]
    assert [turbotext[name] for name in counted] == ["turbotext", 2, 1, 0, 1, 0, 0]
    assert turbotext["last_error"]["reason"] == "bad_output"


async def test_an_attempt_whose_worker_died_does_not_run_for_ever(
    admin: aiohttp.ClientSession, rows: list[Row]
) -> None:
    status, statistics = await ask(admin, "GET", HOUR)

    [sleepy] = [provider for provider in statistics["providers"] if provider["id"] == "sleepy"]
    assert (status, sleepy["jobs"], sleepy["running"], sleepy["success_share"]) == (200, 1, 0, 0.0)
    assert sleepy["last_error"] is None


async def test_failures_are_grouped_by_reason_with_what_booths_got(
    admin: aiohttp.ClientSession, rows: list[Row]
) -> None:
    _, statistics = await ask(admin, "GET", HOUR)

    told = [(failure["reason"], failure["http_status"], failure["count"]) for failure in statistics["failures"]]
    refused = statistics["failures"][0]
    assert told[0] == ("provider_refused", 502, 2)
    assert sorted(told[1:]) == [("provider_error", 502, 1), ("timeout", 504, 2)]
    assert refused["job_id"] == next(row["_id"] for row in rows if row["finalized_at"] == NOON + timedelta(seconds=9))


async def test_a_time_without_photos_is_empty(admin: aiohttp.ClientSession, rows: list[Row]) -> None:
    status, statistics = await ask(admin, "GET", address(NOON - timedelta(days=40), NOON - timedelta(days=39)))

    assert status == 200
    assert [statistics[name] for name in ("slots", "providers", "failures")] == [[], [], []]


async def test_a_chart_has_every_step_and_the_same_photos(admin: aiohttp.ClientSession, rows: list[Row]) -> None:
    path = HOUR.replace("/statistics?", "/statistics/series?")

    _, everything = await ask(admin, "GET", path)
    _, party = await ask(admin, "GET", f"{path}&slot_id=party")
    _, turbotext = await ask(admin, "GET", f"{path}&provider=turbotext")
    status, both = await ask(admin, "GET", f"{path}&slot_id=party&provider=turbotext")

    assert (everything["step_seconds"], len(everything["points"])) == (300, 12)
    assert [point["jobs"] for point in everything["points"]] == [0] * 6 + [107] + [0] * 5
    assert datetime.fromisoformat(everything["points"][6]["at"]) == NOON
    assert everything["points"][6]["p50"] == pytest.approx(1_000, rel=0.05)
    assert [sum(point["jobs"] for point in series["points"]) for series in (party, turbotext)] == [1, 2]
    assert (status, fields(both)) == (422, [""])


async def test_a_table_for_spreadsheets_says_the_same(admin: aiohttp.ClientSession, rows: list[Row]) -> None:
    async with admin.get(HOUR.replace("/statistics?", "/statistics/csv?")) as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        assert f'filename="statistics-{NOON:%Y%m%d}T1130-' in answer.headers["Content-Disposition"]
        lines = list(csv.DictReader((await answer.text()).splitlines()))

    told = {(line["kind"], line["id"]): (line["jobs"], line["done"], line["timeouts"]) for line in lines}
    assert told["slot", "wedding"] == ("106", "100", "2")
    assert told["provider", "turbotext"] == ("2", "1", "0")
    assert "it said no" not in str(lines)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["/from", "/to"]),
        ("?from=yesterday&to=2026-05-01T12:00:00Z", ["/from"]),
        ("?from=2026-05-01T12:00:00&to=2026-05-01T13:00:00Z", ["/from"]),
        ("?from=2026-05-01T12:00:00Z&to=2026-05-01T12:04:00Z", ["/to"]),
        ("?from=2026-05-01T12:00:00Z&to=2026-06-02T12:00:00Z", ["/to"]),
        ("?from=0001-01-01T00:00:00%2B05:00&to=9999-12-31T23:59:59-05:00", ["/from", "/to"]),
        ("?from=2026-05-01T12:00:00Z&from=2026-05-01T12:00:00Z&to=2026-05-01T13:00:00Z", ["/from"]),
    ],
)
async def test_a_wrong_time_is_named(admin: aiohttp.ClientSession, query: str, wrong: list[str]) -> None:
    status, problem = await ask(admin, "GET", f"/api/v1/statistics{query}")

    assert (status, fields(problem)) == (422, wrong)
