"""What the janitor may remove, and what it must leave."""

from datetime import UTC, datetime, timedelta

import pytest

from media_janitor.orphans import Kind, SourceJudge, orphaned_results
from photochanger.domain.job import RUNNING, TERMINAL, JobStatus
from photochanger.infrastructure.media_store import ObjectInfo

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
JOB = "11111111-2222-3333-4444-555555555555"
RESULT = f"2026/01/02/{JOB}/1"


def stored(key: str, *, seconds_ago: float = 0) -> ObjectInfo:
    return ObjectInfo(key=key, size_bytes=1, modified_at=NOW - timedelta(seconds=seconds_ago), metadata={})


SOURCE = stored(f"{JOB}/source", seconds_ago=3_000)


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_the_source_of_an_ended_job_goes_at_any_age(status: JobStatus) -> None:
    fresh = stored(f"{JOB}/source")

    assert SourceJudge().judge([fresh], {JOB: status}, now=NOW) == {fresh.key: Kind.SOURCE_OF_ENDED_JOB}


@pytest.mark.parametrize("status", sorted(RUNNING))
def test_the_source_of_a_running_job_stays_at_any_age(status: JobStatus) -> None:
    judge = SourceJudge()

    for _ in range(3):
        assert judge.judge([SOURCE], {JOB: status}, now=NOW) == {}


def test_a_source_without_a_row_is_seen_twice_before_it_goes() -> None:
    source, judge = stored(f"{JOB}/source", seconds_ago=61), SourceJudge()

    first = judge.judge([source], {}, now=NOW)
    second = judge.judge([source], {}, now=NOW)

    assert (first, second) == ({}, {source.key: Kind.SOURCE_WITHOUT_JOB})


def test_a_photo_whose_row_may_still_come_stays() -> None:
    source, judge = stored(f"{JOB}/source", seconds_ago=59), SourceJudge()

    assert [judge.judge([source], {}, now=NOW) for _ in range(2)] == [{}, {}]


def test_a_row_that_came_between_two_looks_saves_its_photo_from_a_wrong_clock() -> None:
    looks_old, judge = stored(f"{JOB}/source", seconds_ago=400), SourceJudge()

    before_the_row = judge.judge([looks_old], {}, now=NOW)
    after_it = judge.judge([looks_old], {JOB: JobStatus.PENDING}, now=NOW)

    assert (before_the_row, after_it) == ({}, {})


def test_a_source_without_a_row_for_a_quarter_of_an_hour_goes_at_once() -> None:
    source = stored(f"{JOB}/source", seconds_ago=900)

    assert SourceJudge().judge([source], {}, now=NOW) == {source.key: Kind.SOURCE_WITHOUT_JOB}


@pytest.mark.parametrize("key", ["notes.txt", "x/source", JOB, f"{JOB}/a/b", f"{JOB.upper()}A/source"])
def test_a_key_that_is_none_of_ours_is_left_alone(key: str) -> None:
    assert SourceJudge().judge([stored(key, seconds_ago=9_000)], {}, now=NOW) == {}


def judge_result(
    key: str = RESULT,
    *,
    seconds_ago: float = 901,
    status: JobStatus | None = JobStatus.DONE,
    result_key: str | None = None,
) -> Kind | None:
    statuses = {} if status is None else {JOB: status}
    ended = {JOB: result_key} if status in TERMINAL else {}
    return orphaned_results([stored(key, seconds_ago=seconds_ago)], statuses, ended, now=NOW).get(key)


@pytest.mark.parametrize("key", [RESULT, f"{RESULT}.512", f"{RESULT}.160"])
def test_the_result_of_a_job_and_its_previews_stay(key: str) -> None:
    assert judge_result(key, result_key=RESULT) is None


def test_the_picture_of_an_attempt_that_lost_goes() -> None:
    assert judge_result(result_key=f"2026/01/02/{JOB}/2") is Kind.LATE_RESULT


@pytest.mark.parametrize("size", [512, 160])
def test_a_preview_of_what_is_no_result_any_more_goes(size: int) -> None:
    assert judge_result(f"{RESULT}.{size}", result_key=None) is Kind.PREVIEW_WITHOUT_RESULT


@pytest.mark.parametrize("status", [JobStatus.TIMEOUT, JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_picture_that_no_job_shows_goes(status: JobStatus) -> None:
    assert judge_result(status=status) is Kind.LATE_RESULT


@pytest.mark.parametrize(("hours", "verdict"), [(23, None), (24, Kind.RESULT_WITHOUT_JOB)])
def test_a_picture_of_an_unknown_job_waits_a_day_for_its_row(hours: int, verdict: Kind | None) -> None:
    assert judge_result(status=None, seconds_ago=hours * 3_600) is verdict


@pytest.mark.parametrize("status", sorted(RUNNING))
def test_a_picture_of_a_running_job_stays(status: JobStatus) -> None:
    assert judge_result(status=status) is None


def test_a_fresh_picture_stays_whatever_its_row_says() -> None:
    assert judge_result(status=JobStatus.TIMEOUT, seconds_ago=899) is None


@pytest.mark.parametrize("key", [f"{RESULT}.preview", f"{RESULT}.1024", f"2026/01/02/{JOB}", "2026/01/02/readme"])
def test_what_is_no_picture_of_ours_is_left_alone(key: str) -> None:
    assert judge_result(key, status=JobStatus.TIMEOUT) is None
