"""The pacing benchmark runs, keeps its books, and sees a policy that would beat the limit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.pacing import run, scenarios
from benchmarks.pacing.floor import ABANDONED, ANSWERED, BUSY_S, CONNECTED, DIALS, STAFFED_S, TOTALS
from benchmarks.pacing.policies import TUNED, Runs, make, run_all, tuned
from benchmarks.pacing.report import against_limit, cell_of, gain, ratio
from benchmarks.pacing.scenarios import REPORTING


def days_of(**columns: list[float]) -> Runs:
    names = {"dials": DIALS, "answered": ANSWERED, "abandoned": ABANDONED, "connected": CONNECTED}
    totals = np.zeros((len(columns["answered"]), TOTALS))
    totals[:, BUSY_S], totals[:, STAFFED_S] = 1800.0, 3600.0
    for name, values in columns.items():
        totals[:, names[name]] = values
    return Runs(totals, np.zeros((len(totals), 1, 2)))


def test_a_cell_counts_days_over_the_limit() -> None:
    cell = cell_of(days_of(answered=[100, 100, 200], abandoned=[3, 4, 0], connected=[97, 96, 200], dials=[500] * 3))
    assert (cell.over_days, cell.days, cell.worst_day) == (1, 3, 0.04)
    assert cell.of_answers.value == pytest.approx(7 / 400)
    assert cell.of_calls.value == pytest.approx(7 / 1500)
    assert cell.contacts_per_agent_hour.value == pytest.approx(393 / 3)
    assert cell.occupancy == (0.5, 0.0)


def test_gains_are_paired() -> None:
    theirs = days_of(answered=[10, 1000], connected=[10, 1000])
    ours = days_of(answered=[11, 1100], connected=[11, 1100])
    assert gain(ours, theirs).value == pytest.approx(0.1)
    assert gain(ours, theirs).half == pytest.approx(0.0, abs=1e-9), "days differ, the gain does not"


def test_a_ratio_s_interval_covers_at_its_rate() -> None:
    """Of 1,000 samples of 30 days, 95 % of the intervals hold the true ratio."""
    draws = np.random.default_rng(5)
    below = draws.gamma(9.0, 10.0, (1000, 30))
    above = 0.4 * below + draws.normal(0.0, 3.0, below.shape)
    found = [ratio(a, b) for a, b in zip(above, below, strict=True)]
    covered = np.mean([abs(one.value - 0.4) <= one.half for one in found])
    assert 0.925 < covered < 0.975


def test_the_limit_check_sees_an_accounting_bug() -> None:
    scenario = scenarios.make("memoryless", 5)
    days = run_all(scenario, {"it": ("ratio", {"lines_per_agent": 2.0})}, 10, REPORTING, 1)["it"]
    assert against_limit(scenario, days).errors < run.MOST_ERRORS
    forgotten = days.totals.copy()
    forgotten[:, ABANDONED] /= 2.0
    assert against_limit(scenario, days._replace(totals=forgotten)).errors > run.MOST_ERRORS


def test_the_quick_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick", "--scenario", "memoryless", "changing", "outage"]) == 0
    shown = capsys.readouterr().out
    for kind in ("memoryless, 2 agents, 3 days; exact limit at 3 %: 0.75", "changing, 3 agents", "outage, 5 agents"):
        assert kind in shown
    for label in ("look_ahead", "progressive", "vicidial kept", "vicidial mean", "vicidial any"):
        assert shown.count(label) >= 3


def test_the_figures_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    run.main(["--quick", "--scenario", "robot", "--agents", "5", "--policy", "progressive", "--json", str(file)])
    cell = json.loads(file.read_text())["robot 5"]["progressive"]
    assert cell["days"] == 3
    assert cell["of_answers"][0] == 0
    assert 0.2 < cell["occupancy"][0] < 0.8


def test_all_tuned_settings_can_be_made() -> None:
    seen = set()
    for kind, sizes in json.loads(TUNED.read_text()).items():
        for agents in sizes:
            scenario = scenarios.make(kind, int(agents))
            for policy, settings in tuned(scenario).values():
                seen.add(policy)
                assert make(scenario, policy, settings).kind >= 0
    assert seen == {"vicidial", "ratio", "connect_rate", "recent_history"}


def test_fixed_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--fixed", "--quick", "--scenario", "memoryless", "--policy", "progressive", "look_ahead"]) == 0
    shown = capsys.readouterr().out
    assert "look_ahead 0.03" in shown
    assert "ratio" not in shown
