"""Paired comparison: the intervals, and what stopping early does to them."""

import numpy as np
import pytest

from simulator.experiment.figures import FIGURES, SUMS, estimate
from simulator.experiment.paired import LEAST, compare, difference
from strategies.sequential import half_width


def day(rng, rate: float, hours: float = 100.0) -> dict[str, float]:
    sums = dict.fromkeys(SUMS, 1.0)
    sums["agent_hours"] = hours * rng.uniform(0.9, 1.1)
    sums["contacts"] = sums["agent_hours"] * rate
    return sums


def pairs(seed: int, gain: float, count: int):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        busy = rng.normal(10, 1)  # the day is the same for both
        yield day(rng, busy + rng.normal(0, 0.3)), day(rng, busy + gain + rng.normal(0, 0.3))


def test_a_ratio_of_sums_is_not_a_mean_of_ratios():
    rows = [dict.fromkeys(SUMS, 0.0) | {"abandoned": a, "answered": n} for a, n in ((0, 10), (30, 990))]
    value, deviations = estimate(FIGURES["abandon_share"], rows)
    assert value == pytest.approx(0.03)
    assert deviations.sum() == pytest.approx(0)


def test_nothing_to_divide_by_is_no_number():
    assert np.isnan(estimate(FIGURES["abandon_share"], [dict.fromkeys(SUMS, 0.0)] * 3).value)


def test_a_real_difference_is_found_long_before_the_last_day():
    found = compare(pairs(1, 0.5, 500), "contacts_per_agent_hour")
    assert found.aim.verdict == "B" and LEAST <= found.replications < 60
    found = compare(pairs(1, -0.5, 500), "contacts_per_agent_hour")
    assert found.aim.verdict == "A"


def test_no_difference_that_matters_is_a_decision_too():
    found = compare(pairs(2, 0.0, 500), "contacts_per_agent_hour", indifference=0.25)
    assert found.decided and found.aim.verdict == "open" and found.replications < 500


def test_less_is_better_where_it_is():
    a = [dict.fromkeys(SUMS, 1.0) | {"abandoned": 2.0 + i % 2 / 10, "answered": 100.0} for i in range(9)]
    b = [row | {"abandoned": row["abandoned"] - 1} for row in a]
    assert difference("abandon_share", a, b, any_time=False).verdict == "B"


def test_two_equal_settings_are_rarely_called_different_however_often_one_looks():
    """The claim of a confidence sequence: at most 1 in 20 over all looks; an ordinary interval fails 1 in 3."""
    wrong = sum(compare(pairs(seed, 0.0, 60), "contacts_per_agent_hour").aim.verdict != "open" for seed in range(200))
    assert wrong <= 18  # 5 % of 200 and 2.6 standard errors


def test_the_sequence_narrows_and_is_wider_than_a_single_look():
    widths = [half_width(count, 1.0) for count in (1, 2, 10, 100, 1000)]
    assert widths == sorted(widths, reverse=True)
    assert all(half_width(n, 1.0) > 1.96 / np.sqrt(n) for n in (10, 100, 1000))
    assert half_width(50, 3.0) == pytest.approx(3 * half_width(50, 1.0))
