import datetime as dt

from photochanger.infrastructure.media_keys import result_key, source_key, source_prefix

JOB = "0b7c6a52-7d0c-4a53-9c6e-5a0b7a2b8f10"


def test_a_source_lies_under_its_job_s_prefix() -> None:
    assert source_prefix(JOB) == f"{JOB}/"
    assert source_key(JOB) == f"{JOB}/source"


def test_a_result_lies_under_the_day_in_utc_its_job_and_its_attempt() -> None:
    created = dt.datetime(2026, 11, 25, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=3)))

    assert result_key(JOB, 2, created) == f"2026/11/24/{JOB}/2"
