import random

import pytest

from tests.chaos.trend import trend_of

SECONDS = [10.0 * number for number in range(120)]


def noisy(per_hour: float, *, level: float = 100.0, noise: float = 1.0) -> list[float]:
    dice = random.Random(1)
    return [level + per_hour * second / 3600 + dice.uniform(-noise, noise) for second in SECONDS]


def test_a_leak_is_seen_through_the_noise() -> None:
    trend = trend_of(SECONDS, noisy(30.0))

    assert trend.grows
    assert trend.per_hour == pytest.approx(30, abs=3)


def test_noise_alone_is_no_growth() -> None:
    assert not trend_of(SECONDS, noisy(0.0)).grows
    assert not trend_of(SECONDS, [5.0] * len(SECONDS)).grows


def test_growth_that_nobody_would_meet_is_none() -> None:
    assert not trend_of(SECONDS, noisy(2.0, noise=0.01)).grows


def test_one_descriptor_every_two_minutes_is_growth() -> None:
    assert trend_of(SECONDS, [20.0 + second // 120 for second in SECONDS]).grows


def test_too_short_a_soak_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        trend_of(SECONDS[:10], SECONDS[:10])
