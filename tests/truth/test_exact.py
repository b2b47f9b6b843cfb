"""The formulas that the world is measured by, against figures that others print."""

from __future__ import annotations

import pytest

from tests.truth.exact import controlled, erlang_a, erlang_b, erlang_c, estimate, offered_at


def test_spot_values() -> None:
    assert erlang_b(10, 5.0) == pytest.approx(0.018385, abs=5e-7)
    assert erlang_c(14, 10.0).wait_share == pytest.approx(0.17413, abs=5e-6)
    assert 180 * erlang_c(14, 10.0).wait == pytest.approx(7.84, abs=5e-3)
    assert erlang_a(1, 0.5, 0.5) == pytest.approx((0.41802329, 0.16395341, 0.32790683), abs=1e-8)


@pytest.mark.parametrize(
    ("agents", "abandon_share", "busy_minutes_per_hour"),
    [(5, 0.01, 16.2), (5, 0.05, 25.3), (20, 0.03, 40.7), (100, 0.05, 54.3), (200, 0.01, 53.4)],
)
def test_best_use_of_blind_dialling(agents: int, abandon_share: float, busy_minutes_per_hour: float) -> None:
    busy_share = offered_at(agents, abandon_share) * (1 - abandon_share) / agents
    assert 60 * busy_share == pytest.approx(busy_minutes_per_hour, abs=0.051)


def test_a_little_impatience_is_nearly_none() -> None:
    assert erlang_a(5, 3.5, 1e-6) == pytest.approx(erlang_c(5, 3.5), rel=1e-4, abs=1e-5)


def test_a_control_narrows_the_interval_around_the_same_mean() -> None:
    control = [0.1, -0.2, 0.3, -0.1, 0.25, -0.3, 0.05, -0.1]
    noise = [0.01, -0.01, 0.02, 0.0, -0.02, 0.01, 0.0, -0.01]
    values = [5.0 + 2 * x + e for x, e in zip(control, noise, strict=True)]
    plain, better = estimate(values), controlled(values, control, 0.0)
    assert better.half_width < plain.half_width / 5
    assert better.agrees(5.0, 0.01)
    assert controlled(values, control, 0.5).mean == pytest.approx(6.0, abs=0.05)


def test_an_interval_can_disagree() -> None:
    values = [1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.02, 0.98]
    assert estimate(values).agrees(1.05, 0.2)
    assert not estimate(values).agrees(1.2, 0.2)
    assert not estimate(values).agrees(1.05, 0.01)
