"""How long a scenario's answers take, and which scenario a sandbox begins with."""

from random import Random
from statistics import quantiles

import pytest
from pydantic import ValidationError

from sandbox.behaviours import Provider
from sandbox.latency import Latency
from sandbox.scenarios import SCENARIOS
from sandbox.settings import SandboxSettings
from sandbox.state import SandboxState


def test_the_evening_s_answers_take_what_real_ones_take() -> None:
    latency, random = SCENARIOS["evening-rush"].latencies[Provider.GEMINI], Random(7)

    drawn = [latency.draw(random) for _ in range(4_000)]

    hundredths = quantiles(drawn, n=100)
    assert hundredths[49] == pytest.approx(9, rel=0.05)
    assert hundredths[94] == pytest.approx(22, rel=0.1)
    assert max(drawn) <= 44


@pytest.mark.parametrize("latency", [{"seconds": 0, "p95_seconds": 5}, {"seconds": 6, "p95_seconds": 5}])
def test_a_median_above_its_95th_percentile_is_none(latency: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="p95_seconds"):
        Latency.model_validate(latency)


def test_the_settings_name_the_scenario_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_SCENARIO", "turbotext-slow")
    state = SandboxState.of(SandboxSettings(sandbox_port=0, metrics_port=0))
    state.threads.shutdown()
    monkeypatch.setenv("SANDBOX_SCENARIO", "nonsense")

    assert state.latencies == SCENARIOS["turbotext-slow"].latencies
    with pytest.raises(ValidationError, match="sandbox_scenario"):
        SandboxSettings()
