"""Tuning finds the known optimum: lines per idle agent of ratio dialling, where every ratio has exact figures.

The floor is memoryless, so a ratio is an order-up-to table whose Markov chain is solved exactly (`pacing.memoryless`).
More lines keep agents busier, and lose more of those who answer: the cost of a contact has its least in between.
The first and the last minutes of a day are left out: an empty floor fills, and nobody dials for an agent who leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from pacing.memoryless import MemorylessFloor, Size
from pacing.ratio import lines_for
from simulator.experiment.figures import SUMS, Sums
from simulator.experiment.search import Candidate, Changes, search
from simulator.experiment.space import Space
from simulator.fast import Result, Shifts
from simulator.months.settings import CostSettings
from simulator.world.laws import Exponential
from strategies.document import Document
from tests.truth.floor import AT_ONCE, campaign, leads, world

pytestmark = pytest.mark.timeout(1800)
"""The first run after a change compiles the fast path for minutes."""

AGENTS, TALK_S, RING_S, ANSWER = 3, 120.0, 12.0, 0.25
DAY, MOST_CALLS = date(2026, 3, 2), 20_000
OBSERVED = slice(15, 1410)
"""Minutes of the day."""
TRIALS, DAYS = 24, 8
"""On 32 days, two ratios that differ by 1 % in cost differ by five standard errors."""
COST = CostSettings(agent_hour=4500, attempt=20.0)
LEAST, MOST = 1.0, 8.0
PLACE = "campaigns.c.lines_per_agent"
SPACE = f"""\
run: run.yaml
aims: {{cost_per_contact: least}}
search: {{{PLACE}: {{from: {LEAST}, to: {MOST}}}}}
cost: {{agent_hour: {COST.agent_hour}, attempt: {COST.attempt}}}
"""
SEARCHES = 10


class Exact(NamedTuple):
    """The figures of a ratio in the long run."""

    contacts_per_agent_hour: float
    occupancy_share: float
    abandon_share: float
    calls_per_contact: float
    cost_per_contact: float


@cache
def exact(lines_per_agent: float) -> Exact:
    table = np.array([lines_for(idle, lines_per_agent) for idle in range(AGENTS + 1)])
    floor = MemorylessFloor(AGENTS, ANSWER, TALK_S, RING_S, 0.0, Size(0, AGENTS, int(table.max())))
    policy = floor.evaluated(table)
    contacts_per_s = policy.contacts_per_s
    placed_per_s = (contacts_per_s + policy.abandons_per_s) / ANSWER
    cents_per_s = AGENTS * COST.agent_hour / 3600 + placed_per_s * COST.attempt
    return Exact(
        contacts_per_agent_hour=3600 * contacts_per_s / AGENTS,
        occupancy_share=contacts_per_s * TALK_S / AGENTS,
        abandon_share=policy.abandon_share,
        calls_per_contact=placed_per_s / contacts_per_s,
        cost_per_contact=cents_per_s / contacts_per_s / 100,
    )


@cache
def best_cost() -> float:
    """Return the least cost of a contact that any ratio has."""
    return min(exact(float(ratio)).cost_per_contact for ratio in np.arange(LEAST, MOST, 0.01))


@lru_cache(maxsize=4)
def shifts(lines_per_agent: float) -> Shifts:
    people = world(
        seed=0,
        agents=AGENTS,
        talk=Exponential(mean_s=TALK_S),
        answer_share=ANSWER,
        busy_share=1.0,  # the ringing of those who do not answer ends like that of the others
        set_up=Exponential(mean_s=RING_S),
        ring=AT_ONCE,
    )
    settings = campaign(
        mode="ratio",
        lines_per_agent=lines_per_agent,
        abandon_limit_share=0.99,
        answer_grace_s=0.0,
        ring_timeout_s=600.0,
    )
    return Shifts(settings, people, leads(MOST_CALLS), DAY)


def sums_of(day: Result) -> Sums:
    minutes = {name: float(counts[OBSERVED].sum()) for name, counts in day.by_minute().items()}
    hours = dict(zip(day.states, day.minutes[OBSERVED].sum(axis=0) / 3.6e12, strict=True))
    staffed = AGENTS * (OBSERVED.stop - OBSERVED.start) / 60
    return dict.fromkeys(SUMS, 0.0) | {
        "contacts": minutes["contacts"],
        "answered": minutes["answered"],
        "abandoned": minutes["abandoned"],
        "placed": minutes["calls"],
        "agent_hours": staffed,
        "busy_hours": hours["talking"] + hours["wrap"],
        "cost": (staffed * COST.agent_hour + minutes["calls"] * COST.attempt) / 100,
    }


def evaluate(asked: Sequence[tuple[Changes, int]]) -> list[Sums]:
    sums = [sums_of(shifts(changes[PLACE]).run(seed)) for changes, seed in asked]
    assert max(one["placed"] for one in sums) < 0.97 * MOST_CALLS
    return sums


class Tuned(NamedTuple):
    """What a search recommends, beside the truth; `covered`: by figure, whether its interval holds the truth."""

    best: Candidate
    truth: Exact
    dearer_share: float
    covered: dict[str, bool]


def tuned(folder: Path, seed: int) -> Tuned:
    """Search once; `seed` is that of the proposals and of the first day."""
    space = Document("space.yaml", SPACE).validate(Space)
    best = search(space, evaluate, TRIALS, DAYS, folder / f"{seed}.journal", seed=seed).recommended
    assert best is not None
    truth = exact(best.changes[PLACE])
    covered = {
        name: best.figures[name].low <= value <= best.figures[name].high for name, value in truth._asdict().items()
    }
    return Tuned(best, truth, truth.cost_per_contact / best_cost() - 1, covered)


def test_the_cost_has_its_least_inside() -> None:
    assert exact(LEAST).occupancy_share == pytest.approx(TALK_S / (TALK_S + RING_S / ANSWER), rel=1e-6)
    assert exact(LEAST).cost_per_contact > 1.05 * best_cost() < 0.95 * exact(MOST).cost_per_contact


def test_the_optimum_is_found_and_its_figures_are_true(tmp_path: Path) -> None:
    best, truth, dearer_share, _ = tuned(tmp_path, seed=0)
    assert dearer_share < 0.01
    for name, value in truth._asdict().items():
        figure = best.figures[name]
        half = figure.high - figure.value
        assert abs(figure.value - value) < 2 * half, name
        assert half < 0.03 * value, name


@pytest.mark.soak
def test_of_many_searches_each_finds_the_optimum_and_most_intervals_hold_the_truth(tmp_path: Path) -> None:
    found = [tuned(tmp_path, seed=1000 * number) for number in range(SEARCHES)]
    assert max(one.dearer_share for one in found) < 0.01
    assert np.mean([list(one.covered.values()) for one in found]) > 0.8
