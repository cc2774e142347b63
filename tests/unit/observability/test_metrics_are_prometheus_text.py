import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from photochanger.observability import Telemetry, configure_logging


def samples(telemetry: Telemetry) -> dict[str, float]:
    families = text_string_to_metric_families(telemetry.render().decode())
    return {
        sample.name + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_counter_has_the_product_s_prefix_and_ends_in_total() -> None:
    telemetry = Telemetry("tests")

    telemetry.metrics.ingest_requests.add(2, {"outcome": "done"})

    assert samples(telemetry)['photochanger_ingest_requests_total{"outcome": "done"}'] == 2


def test_a_duration_has_buckets_up_to_the_longest_window() -> None:
    telemetry = Telemetry("tests")

    telemetry.metrics.ingest_duration.record(50.0)

    found = samples(telemetry)
    assert found['photochanger_ingest_duration_seconds_bucket{"le": "45.0"}'] == 0
    assert found['photochanger_ingest_duration_seconds_bucket{"le": "60.0"}'] == 1
    assert found['photochanger_ingest_duration_seconds_bucket{"le": "75.0"}'] == 1
    assert found["photochanger_ingest_duration_seconds_sum{}"] == 50


def test_two_services_of_one_process_count_apart() -> None:
    one, other = Telemetry("one"), Telemetry("other")

    one.metrics.late_results.add(1)

    assert "photochanger_late_results_total{}" not in samples(other)


def test_a_swallowed_error_is_logged_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("tests", "INFO")
    telemetry = Telemetry("tests")

    telemetry.swallow("wake_gateway", ValueError("boom"), job_id="j1")

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["where"], line["job_id"]) == ("background_error", "wake_gateway", "j1")
    assert "ValueError: boom" in line["exception"]
    assert samples(telemetry)['photochanger_background_errors_total{"where": "wake_gateway"}'] == 1
