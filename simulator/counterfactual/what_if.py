"""The counterfactual replay of a history under another policy, with intervals that widen with what is modelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np

from dialer.core.settings import RunSettings
from simulator.backtest.figures import FIGURES, Outcome, outcome_of
from simulator.backtest.plan import plan_of
from simulator.backtest.runs import simulate_plan
from simulator.backtest.verdict import Line, interval
from simulator.calibrate import observe
from simulator.calibrate.assemble import Pick, assemble
from simulator.calibrate.estimate import COVERAGE
from simulator.calibrate.evidence import gather
from simulator.counterfactual.recorded import RecordedPeople, recorded
from simulator.world.people import People
from simulator.world.settings import WorldSettings

RUNS = 20


class Answer(NamedTuple):
    """What would have been.

    Attributes
    ----------
    first, last : date
        The days.
    runs : int
        Simulated worlds.
    modelled_share : float
        Share of the calls whose outcome, or a part of it, is the model's; the others are as recorded.
    lines : tuple of Line
        Every figure: as it really was, and the mean and the 90 % interval of what it would have been.
    """

    first: date
    last: date
    runs: int
    modelled_share: float
    lines: tuple[Line, ...]


def what_if(
    database: duckdb.DuckDBPyConnection,
    settings: RunSettings,
    zone: str,
    *,
    runs: int = RUNS,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Replay the days of a history under other settings: the same people, agents and leads.

    Parameters
    ----------
    settings : RunSettings
        How the floor would have dialled; campaigns that the history does not know take its first one's leads.
    zone : str
        The floor's time zone.
    """
    evidence = gather(database, zone)
    known = recorded(database, observe.ring_timeout_s(database))
    days = [date.fromisoformat(day) for day in evidence.days]
    first, last = days[0], days[-1]
    plan = plan_of(database, settings, zone, first, last)
    real = outcome_of(database, first, last)
    outcomes: list[Outcome] = []
    modelled = total = 0
    for number in range(runs):
        made: list[RecordedPeople] = []

        def people(world: WorldSettings, zones: Mapping[str, str], made: list[RecordedPeople] = made) -> People:
            made.append(RecordedPeople(world, zones, known))
            return made[-1]

        outcomes.append(simulate_plan(assemble(evidence, Pick(seed, number)), plan, people))
        modelled += sum(sum(each.modelled.values()) for each in made)
        total += sum(len(each.modelled) for each in made)
        progress(number + 1)
    lines = []
    for name, figure in FIGURES.items():
        values = np.array([figure(outcome) for outcome in outcomes])
        low, high = interval(values, COVERAGE)
        lines.append(Line(name, figure(real), float(values.mean()), max(0.0, low), high))
    return Answer(first, last, runs, modelled / total if total else 1.0, tuple(lines))
