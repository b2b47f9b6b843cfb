"""The compiled floor against what is known exactly: identities, loss formulas, and the optimum."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from benchmarks.pacing import laws, scenarios
from benchmarks.pacing.floor import ABANDONED, ANSWERED, BUSY_S, CONNECTED, DIALS, STAFFED_S
from benchmarks.pacing.policies import run_all
from benchmarks.pacing.report import ratio, regained_min
from benchmarks.pacing.scenarios import REPORTING, Scenario, memoryless
from pacing import optimal


def runs(scenario: Scenario, policy: str, days: int, **settings: object) -> np.ndarray:
    return run_all(scenario, {"it": (policy, settings)}, days, REPORTING, 1)["it"].totals.T


def assert_near(above: np.ndarray, below: np.ndarray, exact: float, bias: float = 0.0) -> None:
    found = ratio(above, below)
    assert found.half < 0.01
    assert abs(found.value - exact) < 2.0 * found.half + bias, (found, exact)


def erlang_b(servers: int, load: float) -> float:
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@pytest.mark.parametrize("agents", [2, 20])
def test_progressive_dialling_is_busy_s_of_s_plus_r_over_p(agents: int) -> None:
    totals = runs(memoryless(agents, 0.25, 120.0, 12.0), "progressive", 60)
    # A day begins with everybody idle, which costs the length of a wait, r / p, once.
    assert_near(totals[BUSY_S], totals[STAFFED_S], 120.0 / (120.0 + 12.0 / 0.25), bias=48.0 / 28_800.0)
    assert totals[ABANDONED].sum() == 0


def test_blind_dialling_loses_as_erlang_b() -> None:
    load, agents, handle_s, answer_share = 8.0, 10, 120.0, 0.25
    floor = memoryless(agents, answer_share, handle_s, 12.0)
    totals = runs(floor, "open_loop", 60, rate_per_s=load / handle_s / answer_share, seed=5)
    assert_near(totals[ABANDONED], totals[ANSWERED], erlang_b(agents, load))


def test_blind_dialling_with_patience_loses_as_m_m_n_plus_d() -> None:
    load, agents, handle_s, answer_share, patience_s = 9.5, 10, 60.0, 0.25, 5.0
    scenario = memoryless(agents, answer_share, handle_s, 12.0)
    scenario = scenario._replace(floor=scenario.floor._replace(grace_s=patience_s))
    totals = runs(scenario, "open_loop", 60, rate_per_s=load / handle_s / answer_share, seed=5)
    rate = load / handle_s
    spare = rate - agents / handle_s
    grown = exp(spare * patience_s)
    all_but_one = 1.0 / (
        1.0 / erlang_b(agents - 1, load) + rate * (grown - 1.0) / spare + rate * grown * handle_s / agents
    )
    assert_near(totals[ABANDONED], totals[ANSWERED], all_but_one * rate * grown * handle_s / agents)


def test_the_optimal_table_does_what_the_solver_says() -> None:
    scenario = memoryless(10, 0.25, 120.0, 12.0)
    best = optimal.solve(10, 0.25, 120.0, 12.0, 0.03)
    totals = runs(scenario, "order_up_to", 60, table=best.order_up_to.tolist())
    abandoned = ratio(totals[ABANDONED], totals[ANSWERED])
    assert abandoned.value < 0.03 + abandoned.half
    most = optimal.solve(10, 0.25, 120.0, 12.0, abandoned.value).occupancy
    assert_near(totals[BUSY_S], totals[STAFFED_S], most, bias=0.001)


def test_every_answer_is_connected_or_abandoned_and_lines_obey_littles_law() -> None:
    scenario = scenarios.make("changing", 10)
    totals = runs(scenario, "ratio", 10, lines_per_agent=3.0)
    assert (totals[ANSWERED] == totals[CONNECTED] + totals[ABANDONED]).all()
    assert (totals[DIALS] > totals[ANSWERED]).all()
    assert (totals[BUSY_S] <= totals[STAFFED_S]).all()


def test_two_policies_meet_the_same_people() -> None:
    """Half the answers of one policy's day are answers of the other's: people are drawn by their number."""
    scenario = scenarios.make("stationary", 5)
    both = run_all(
        scenario,
        {"one": ("progressive", {}), "again": ("progressive", {}), "other": ("ratio", {"lines_per_agent": 1.0})},
        3,
        REPORTING,
        2,
    )
    assert (both["one"].totals == both["again"].totals).all()
    assert (both["one"].totals == both["other"].totals).all(), "one line per agent is progressive dialling"


def test_agents_who_leave_are_not_staffed() -> None:
    scenario = scenarios.make("exodus", 20)
    minutes = run_all(scenario, {"it": ("progressive", {})}, 2, REPORTING, 1)["it"].minutes.mean(axis=0)
    assert minutes[100, 1] == pytest.approx(20 * 60.0)
    assert minutes[290, 1] < 11.5 * 60.0
    assert minutes[310, 1] == pytest.approx(20 * 60.0)


def test_an_outage_stops_answers_and_is_regained() -> None:
    scenario = scenarios.make("outage", 20)
    days = run_all(scenario, {"it": ("progressive", {})}, 20, REPORTING, 1)["it"]
    busy = days.minutes.mean(axis=0)[:, 0]
    assert busy[184] < 0.6 * busy[175]
    assert 0 <= regained_min(scenario, days) < 15


@pytest.mark.parametrize(
    ("table", "mean_s", "most_s"),
    [
        (laws.exponential(10.0), 10.0, None),
        (laws.unanswered(6.0, 14.0, 26.0), 0.125 * 4.0 + 0.5 * 20.0 + 0.375 * 26.0, 26.0),
        (scenarios.make("stationary", 2).floor.talk, 180.0, None),
        (laws.summed(laws.unanswered(6.0, 14.0, 26.0), laws.spread(20.0, 60.0)), 20.25 + 40.0, 86.0),
        (laws.mixed(laws.spread(0.0, 10.0), laws.spread(20.0, 60.0), 0.2), 0.8 * 5.0 + 0.2 * 40.0, 60.0),
    ],
)
def test_laws_have_their_mean(table: np.ndarray, mean_s: float, most_s: float | None) -> None:
    shares = (np.arange(200_000) + 0.5) / 200_000
    times_s = np.array([laws.time_of(table, share) for share in shares])
    assert times_s.mean() == pytest.approx(mean_s, rel=2e-3)
    assert (np.diff(times_s) >= 0).all()
    if most_s is not None:
        assert times_s.max() <= most_s


def test_tuning_and_reporting_floors_differ() -> None:
    for kind in scenarios.AGENTS:
        tuning, reporting = (scenarios.make(kind, 5, version) for version in (scenarios.TUNING, scenarios.REPORTING))
        assert tuning.floor.told_share != reporting.floor.told_share
    assert abs(scenarios.SEEDS[scenarios.TUNING] - scenarios.SEEDS[scenarios.REPORTING]) > 1_000_000
