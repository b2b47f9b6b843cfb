"""Which policies run, with which settings, and how many days of them are run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.pacing import diallers, laws
from benchmarks.pacing.diallers import Dialler
from benchmarks.pacing.floor import TOTALS, run_day
from benchmarks.pacing.scenarios import SEEDS, Scenario
from pacing import answers, budget, lookahead, memory, rings, transfer
from pacing.baselines import connect_rate, recent_history, vicidial

CAMPAIGN_DAYS = 10
"""Days on which a policy keeps what it learned; then it starts anew, as with another campaign."""

TUNED = Path(__file__).with_name("tuned.json")
"""The best settings of the baselines by kind of floor and agents, written by ``tune``."""

LIMIT_SHARE = 0.03
DAY_S = 86400.0


class Runs(NamedTuple):
    """Days run: ``totals`` (days, totals of `floor`), ``minutes`` (days, minutes, busy and staffed seconds)."""

    totals: np.ndarray
    minutes: np.ndarray


def make(scenario: Scenario, policy: str, settings: Mapping[str, Any]) -> Dialler:
    """Return a policy in its starting state.

    On memoryless floors the look-ahead is given the true parameters; elsewhere a guess of the talk and the
    answer share of a person like all others, and it learns the rest.
    """
    if policy in ("look_ahead", "robot_first"):
        return _look_ahead(scenario, policy, **settings)
    numbers = {
        "progressive": lambda: np.zeros(1),
        "ratio": lambda lines_per_agent: np.array([lines_per_agent]),
        "vicidial": lambda method, **rest: vicidial.make(vicidial.METHODS.index(method), **rest),
        "connect_rate": connect_rate.make,
        "recent_history": recent_history.make,
        "order_up_to": lambda table: np.array(table, float),
        "open_loop": lambda rate_per_s, seed: np.array([rate_per_s, 0.0, 0.0, seed]),
    }
    kind = getattr(diallers, policy.upper())
    law = np.zeros(rings.BINS + 1)
    idle_memory = memory.make(1, answer_share=0.5, talk_s=1.0, wrap_s=0.0, live=law, dead=law)
    places = np.zeros(1, np.int64)
    return Dialler(
        kind,
        numbers[policy](**settings),
        idle_memory,
        np.zeros(budget.NUMBERS),
        lookahead.make_work(1, 1),
        places,
        places,
        idle_memory,
        transfer.make_ahead(),
    )


def _look_ahead(scenario: Scenario, policy: str, theta: float = 0.03, fixed_theta: float = 0.0) -> Dialler:
    floor = scenario.floor
    if scenario.memoryless:
        live = dead = rings.exponential(scenario.ring_s)
    else:
        live, dead = rings.guessed(10.0)
    wrap_s = float(np.mean(floor.wrap))
    learned = memory.make(
        floor.lines,
        answer_share=floor.told_share,
        talk_s=scenario.handle_s - wrap_s,
        wrap_s=wrap_s,
        live=live,
        dead=dead,
    )
    ledger = budget.make(LIMIT_SHARE, 0.0, DAY_S, floor.agents * 0.8 / scenario.handle_s, theta, floor.day_s)
    robot_first, lines = policy == "robot_first", floor.lines
    law = rings.exponential(40.0)
    robot = memory.make(
        lines if robot_first else 1,
        answer_share=floor.asks_share,
        talk_s=1.0,
        wrap_s=0.0,
        live=law,
        dead=law,
        watched=False,
    )
    return Dialler(
        getattr(diallers, policy.upper()),
        np.array([fixed_theta, floor.asks_share, 1.0]),
        learned,
        ledger,
        lookahead.make_work(2 * lines if robot_first else lines, floor.agents),
        np.zeros(lines, np.int64),
        np.zeros(2 * lines, np.int64),
        robot,
        transfer.make_ahead(),
    )


def morning(scenario: Scenario, dialler: Dialler) -> None:
    """Begin a day: nothing rings, the clock is at 0, the day's budget is whole."""
    if dialler.kind == diallers.VICIDIAL:
        vicidial.morning(dialler.numbers, 0.0)
    elif dialler.kind == diallers.CONNECT_RATE:
        connect_rate.morning(dialler.numbers)
    elif dialler.kind == diallers.RECENT_HISTORY:
        recent_history.morning(dialler.numbers)
    elif dialler.kind == diallers.OPEN_LOOP:
        dialler.numbers[diallers.NEXT_AT_S] = 0.0
    elif dialler.kind in (diallers.LOOK_AHEAD, diallers.ROBOT_FIRST):
        ledger, floor = dialler.ledger, scenario.floor
        memory.morning(dialler.memory)
        memory.morning(dialler.robot)
        if scenario.memoryless:
            dialler.memory.answers.mean[:], dialler.memory.answers.cov[:] = 0.0, 0.0
            dialler.memory.answers.cov[answers.DRIFT, answers.DRIFT] = 1e-9
            memory.settle(dialler.memory)
        learned = ledger[budget.LEARNED].copy()
        rate_per_s = floor.agents * 0.8 / scenario.handle_s
        limit, theta = ledger[budget.LIMIT], ledger[budget.THETA_0]
        ledger[:] = budget.make(limit, 0.0, DAY_S, rate_per_s, theta, floor.day_s)
        ledger[budget.LEARNED] = learned


def run(scenario: Scenario, policy: str, settings: Mapping[str, Any], days: Iterable[int], version: str) -> Runs:
    """Run these days in turn, one campaign."""
    floor = scenario.floor
    dialler = make(scenario, policy, settings)
    days = list(days)
    totals = np.zeros((len(days), TOTALS))
    minutes = np.zeros((len(days), int(floor.day_s / 60.0) + 1, 2))
    for row, day in enumerate(days):
        morning(scenario, dialler)
        run_day(floor, dialler, SEEDS[version] + day, totals[row], minutes[row])
    return Runs(totals, minutes)


def run_all(
    scenario: Scenario, policies: Mapping[str, tuple[str, Mapping[str, Any]]], days: int, version: str, jobs: int
) -> dict[str, Runs]:
    """Run so many days of each of the policies: by label, the policy and its settings."""
    starts = range(0, days, CAMPAIGN_DAYS)
    with ThreadPoolExecutor(jobs) as pool:
        campaigns = {
            label: [
                pool.submit(run, scenario, policy, settings, range(at, min(at + CAMPAIGN_DAYS, days)), version)
                for at in starts
            ]
            for label, (policy, settings) in policies.items()
        }
        parts = {label: [campaign.result() for campaign in runs] for label, runs in campaigns.items()}
    return {label: Runs(*(np.concatenate(rows) for rows in zip(*runs, strict=True))) for label, runs in parts.items()}


def tuned(scenario: Scenario) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the baselines at their best settings for a floor like this one.

    What the labels mean says ``tune``. Shock floors take the settings of the changing ones.
    """
    found = json.loads(TUNED.read_text())
    sizes = found[scenario.kind if scenario.kind in found else "changing"]
    nearest = min(sizes, key=lambda agents: abs(np.log(int(agents) / scenario.floor.agents)))
    return {label: (policy, settings) for label, (policy, settings) in sizes[nearest].items()}


def true_law(table: np.ndarray) -> np.ndarray:
    """Return a floor's law as the look-ahead's memory holds it."""
    law = laws.below(table, np.arange(rings.BINS + 1) * rings.BIN_S)
    law[-1] = 1.0
    return law
