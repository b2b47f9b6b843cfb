"""Experiments and back-tests come to the same figures on the fast path and by the readable driver."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from benchmarks.pacing.caches import forget_stale
from dialer.cli import trial
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from simulator.backtest.plan import Batch, Plan
from simulator.backtest.runs import simulate_plan
from simulator.fast import Unsupported
from simulator.months.settings import CostSettings
from simulator.world.people import People
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs

forget_stale()
pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles for minutes."""

ROWS = "".join(
    f"a{i},p{i},+1212555{100 + i:04d};+1312555{100 + i:04d},America/New_York,{1 + i % 120},{1000 + i}.00,"
    f"{0.5 + i % 2 / 2},1234,1980-01-02\n"
    for i in range(400)
)
RUN = """\
paceline: 1
strategy: cards-demo
portfolio: {file: accounts.csv}
campaigns:
  - {name: cards, lines: 60, calls_per_s: 5}
day: 2026-06-17
journal: run.journal
world:
  floor: {agents: 9, zone: America/New_York, shift_start: "10:00", shift_end: "11:00"}
"""
FIRST = date(2026, 6, 15)


@pytest.mark.parametrize("days", [1, 2])
def test_a_trial_comes_to_the_same_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """A strategy of the library with its steps, scripts and rule packs."""
    header = "account_id,person_id,phones,zones,days_past_due,balance,historical_repayment_rate,card_last_four,"
    (tmp_path / "accounts.csv").write_text(f"{header}birth_date\n{ROWS}")
    (tmp_path / "run.yaml").write_text(RUN)
    trials = [
        trial.Trial(tmp_path / "run.yaml", {"campaigns.cards.lines": lines}, seed, days, CostSettings())
        for lines in (20, 60)
        for seed in (3, 4)
    ]
    ours = [trial.run_trial(one) for one in trials]

    def refuse(*_: Any) -> None:
        raise Unsupported("anything")

    trial._planned.cache_clear()
    monkeypatch.setattr(trial, "Shifts", refuse)
    theirs = [trial.run_trial(one) for one in trials]
    trial._planned.cache_clear()
    assert [one.refused for one in ours] == [""] * 4 and [one.refused for one in theirs] == ["anything"] * 4
    assert [one.sums for one in ours] == [one.sums for one in theirs]
    assert all(one.sums["contacts"] > 10 and one.sums["promised"] > 0 for one in ours)


def test_who_asked_for_nothing_more_is_left_to_the_readable_driver(tmp_path: Path) -> None:
    header = "account_id,person_id,phones,zones,days_past_due,balance,historical_repayment_rate,card_last_four,"
    (tmp_path / "accounts.csv").write_text(f"{header}birth_date\n{ROWS}")
    (tmp_path / "suppressed.csv").write_text("scope,key\nperson,p3\n")
    (tmp_path / "run.yaml").write_text(RUN.replace("accounts.csv}", "accounts.csv, suppressed: suppressed.csv}"))
    tried = trial.run_trial(trial.Trial(tmp_path / "run.yaml", {}, 1, 1, CostSettings()))
    assert "`suppressed`" in tried.refused and tried.sums["placed"] > 0


@pytest.mark.parametrize("mode", ["progressive", "predictive"])
def test_a_back_test_comes_to_the_same_outcome(mode: str) -> None:
    """Two batches, the first of which began before the days that count."""
    settings = RunSettings((CampaignSettings("cards", mode, lines=40),), load_packs(["house"]))
    world = WorldSettings(seed=3, floor=FloorSettings(agents=6, shift_start=time(9), shift_end=time(10), breaks=()))
    leads = [
        ("cards", Lead(f"l{n}", f"p{n // 2}", f"a{n}", "M1", 1, (f"p{n // 2}/0",), ("Europe/London",)))
        for n in range(700)
    ]
    late = [("cards", replace(lead, id=f"{lead.id}@2")) for _, lead in leads[::2]]
    plan = Plan(
        settings,
        (Batch(FIRST, date(2026, 6, 16), tuple(leads)), Batch(date(2026, 6, 17), date(2026, 6, 17), tuple(late))),
        date(2026, 6, 16),
        date(2026, 6, 17),
    )
    refused = list[str]()
    ours = simulate_plan(world, plan, on_refused=refused.append)
    theirs = simulate_plan(world, plan, lambda *parts: People(*parts), refused.append)
    assert refused == ["", "", "recorded people", "recorded people"]
    assert ours == theirs and ours.contacts > 20 and ours.reached > 20
