import pytest

from ingest_gateway.settings import Settings
from ingest_gateway.terms import Terms
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import MIN_SYNC_RESPONSE_SECONDS, SHORTEST_TEST_WINDOW_SECONDS
from tests.job_rows import new_slot

ENVIRONMENT = {
    "AMQP_URL": "amqp://u:p@127.0.0.1:1/",
    "MONGO_URL": "mongodb://127.0.0.1:1/photochanger",
    "S3_URL": "http://127.0.0.1:1",
    "S3_ACCESS_KEY": "a",
    "S3_SECRET_KEY": "b",
    "PHOTOCHANGER_SECRET_KEY": "k" * 32,
    "METRICS_PORT": "0",
}


def terms(window_seconds: float, **changes: float) -> Terms:
    slot = new_slot(sync_response_seconds=window_seconds)
    return Terms(slot=slot, settings=PlatformSettings(), started=100.0, boundary=b"x", **changes)


def test_a_row_below_the_minimum_counts_as_the_minimum() -> None:
    assert terms(3).window_seconds == MIN_SYNC_RESPONSE_SECONDS
    assert terms(12).window_seconds == 12


def test_a_test_stack_grants_a_window_of_three_seconds_half_of_it_for_the_upload() -> None:
    short = terms(3, shortest_window_seconds=SHORTEST_TEST_WINDOW_SECONDS)

    assert (short.window_seconds, short.upload_deadline) == (3, 101.5)


@pytest.mark.parametrize(("window", "upload"), [(10, 7), (48, 30)])
def test_three_seconds_of_a_usual_window_are_left_after_the_upload(window: float, upload: float) -> None:
    assert terms(window).upload_deadline == 100 + upload


@pytest.mark.parametrize(("given", "seconds"), [({}, 10), ({"PHOTOCHANGER_TEST_STACK": "yes"}, 3)])
def test_only_a_test_stack_s_gateway_grants_less_than_the_minimum(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], seconds: float
) -> None:
    for name, value in (ENVIRONMENT | given).items():
        monkeypatch.setenv(name, value)

    assert Settings().shortest_window_seconds == seconds
