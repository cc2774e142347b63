"""From what the bench measured to what it says."""

from collections import Counter

import pytest

from tests.bench.booths import Measured
from tests.bench.figures import Figures, compare, figures_of
from tests.bench.usage import Usage


def measured(*totals: float, **cpu_seconds: float) -> Measured:
    return Measured(list(totals), 2.0, Usage(cpu_seconds, dict.fromkeys(cpu_seconds, 2**20)), Counter({"HTTP 503": 1}))


def figures(**changes: float) -> Figures:
    numbers = {
        "overhead_ms_p50": 100.0, "overhead_ms_p95": 1.0, "overhead_ms_p99": 1.0, "photos_per_second": 1.0,
        "cpu_ms_per_photo": 1.0,
    }  # fmt: skip
    return Figures(
        photos=2, failures={}, cpu_ms_by_process={}, peak_mib_by_process={}, **(numbers | changes)
    )  # fmt: skip


def test_overhead_is_what_the_provider_did_not_take() -> None:
    found = figures_of(measured(0.6, 0.7, 0.8))

    assert found.overhead_ms_p50 == pytest.approx(200)
    assert (found.photos, found.photos_per_second) == (3, 1.5)


def test_the_simulated_providers_cpu_is_shown_but_not_counted() -> None:
    found = figures_of(measured(0.6, 0.7, gateway=0.02, sandbox=4.0))

    assert found.cpu_ms_per_photo == pytest.approx(10)
    assert found.cpu_ms_by_process["sandbox"] == pytest.approx(2000)


def test_a_round_without_pictures_is_an_error_that_names_the_failures() -> None:
    with pytest.raises(ValueError, match="HTTP 503"):
        figures_of(measured())


def test_a_ratio_is_taken_within_its_round() -> None:
    bare = [figures(overhead_ms_p50=100), figures(overhead_ms_p50=200), figures(overhead_ms_p50=400)]
    product = [figures(overhead_ms_p50=150), figures(overhead_ms_p50=300), figures(overhead_ms_p50=600)]

    ratio = compare(bare, product)["overhead p50, ms"].ratio

    assert (ratio.median, ratio.low, ratio.high) == (1.5, 1.5, 1.5)
