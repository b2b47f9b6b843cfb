"""The floor where a robot answers first: its books, its rule, and the exact limit of its memoryless kin."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.pacing import laws, scenarios
from benchmarks.pacing.floor import ABANDONED, ANSWERED, CONNECTED, DIALS
from benchmarks.pacing.policies import run_all
from benchmarks.pacing.robot import steps
from benchmarks.pacing.scenarios import REPORTING
from benchmarks.pacing.two_stage import limit
from pacing import optimal


def test_a_robot_that_hands_over_at_once_is_no_robot() -> None:
    assert limit(3, 0.3, 0.999999, 100.0, 10.0, 0.05, 0.03) == pytest.approx(
        optimal.solve(3, 0.3, 100.0, 10.0, 0.03).occupancy, abs=0.002
    )


def test_the_longer_the_robot_talks_the_less_any_rule_can_do() -> None:
    limits = [limit(2, 0.4, 0.5, 100.0, 10.0, robot_s, 0.03) for robot_s in (2.0, 10.0, 40.0)]
    assert limits == sorted(limits, reverse=True)


def test_so_many_ask_for_an_agent_as_pick_up_and_want_one() -> None:
    scenario = scenarios.make("robot", 5)
    for policy in ("robot_first", "progressive"):
        totals = run_all(scenario, {"it": (policy, {})}, 3, REPORTING, 1)["it"].totals.sum(axis=0)
        assert totals[ANSWERED] == totals[CONNECTED] + totals[ABANDONED]
        spread = np.sqrt(totals[DIALS] * 0.12 * 0.88)
        assert abs(totals[ANSWERED] - 0.4 * 0.3 * totals[DIALS]) < 4.0 * spread
        assert totals[ABANDONED] <= 0.03 * totals[ANSWERED]


def test_all_steps_have_the_same_demand() -> None:
    for policy, floor in steps(5).values():
        share = floor.told_share * (floor.asks_share if policy == "robot_first" else 1.0)
        assert share == pytest.approx(0.12, rel=1e-3)
    floors = {name: floor for name, (_, floor) in steps(5).items()}
    assert floors["untold"].live.mean() == pytest.approx(floors["perhaps"].live.mean() + 40.0, rel=0.01)
    assert (floors["later"].robot == laws.spread(20.0, 60.0)).all()
