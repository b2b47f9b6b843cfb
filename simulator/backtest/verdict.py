"""The back-test itself: real figures of held-out days beside their simulated intervals, and a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np
from scipy.special import stdtrit

from dialer.core.settings import RunSettings
from simulator.backtest.figures import FIGURES, Outcome, outcome_of
from simulator.backtest.plan import plan_of
from simulator.backtest.runs import replicate
from simulator.calibrate import observe
from simulator.calibrate.agents import pattern_of
from simulator.calibrate.evidence import gather
from strategies.errors import ConfigError

HELD_OUT_SHARE = 1 / 3
"""Of the days, the last ones."""

RUNS = 20

CONFIDENCE = 0.95
"""A right simulator passes all figures together this often; each interval is as wide as that takes (Bonferroni)."""


class Line(NamedTuple):
    """One figure: what it really was, what the simulator says, and whether the interval holds it."""

    figure: str
    real: float
    simulated: float
    low: float
    high: float

    @property
    def passed(self) -> bool:
        """Whether the real figure lies in the interval."""
        return self.low <= self.real <= self.high


class Verdict(NamedTuple):
    """What a back-test found.

    Attributes
    ----------
    learned : tuple of date
        The first and the last day that calibration saw.
    judged : tuple of date
        The days that were held out.
    runs : int
        Simulated worlds.
    lines : tuple of Line
        One for each figure.
    refused : tuple of str
        By simulation, what kept it from the fast path; empty for what that simulated.
    """

    learned: tuple[date, date]
    judged: tuple[date, date]
    runs: int
    lines: tuple[Line, ...]
    refused: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every figure passed: answers of this simulator about this floor can be trusted."""
        return all(line.passed for line in self.lines)


def backtest(
    database: duckdb.DuckDBPyConnection,
    settings: RunSettings,
    zone: str,
    *,
    held_out_share: float = HELD_OUT_SHARE,
    runs: int = RUNS,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Verdict:
    """Calibrate on the first days of a history, simulate the last ones, and compare.

    How many agents came when is taken from the held-out days: it is the floor's decision and no law of the world.

    Parameters
    ----------
    settings : RunSettings
        How the floor really dialled on the held-out days.
    zone : str
        The floor's time zone.
    progress : callable
        Is told the number of worlds simulated.

    Raises
    ------
    ConfigError
        When the history has fewer than two days.
    """
    observe.prepare(database, zone)
    days = [date.fromisoformat(day) for day in observe.days_of(database)]
    held = max(1, round(held_out_share * len(days)))
    if len(days) - held < 1:
        hint = "import the logs of more days"
        raise ConfigError(f"a back-test needs two days at least, the history has {len(days)}", hint=hint)
    first, last = days[-held], days[-1]
    evidence = gather(database, zone, first.isoformat())
    came = pattern_of(database, zone, since=first.isoformat())
    plan = plan_of(database, settings, zone, first, last)
    outcomes: list[Outcome] = []
    refused: list[str] = []
    evidence = evidence._replace(pattern=came or evidence.pattern)
    for outcome in replicate(evidence, plan, seed, range(runs), refused.append):
        outcomes.append(outcome)
        progress(len(outcomes))
    observe.prepare(database, zone)
    real = outcome_of(database, first, last)
    return Verdict((days[0], days[-held - 1]), (first, last), runs, tuple(compare(real, outcomes)), tuple(refused))


def compare(real: Outcome, outcomes: list[Outcome]) -> list[Line]:
    """Return every figure of `real` beside its interval from simulated `outcomes`, two at least."""
    lines = []
    for name, figure in FIGURES.items():
        values = np.array([figure(outcome) for outcome in outcomes])
        low, high = interval(values, 1 - (1 - CONFIDENCE) / len(FIGURES))
        lines.append(Line(name, figure(real), float(values.mean()), max(0.0, low), high))
    return lines


def interval(values: np.ndarray, coverage: float) -> tuple[float, float]:
    """Return the interval in which one more value lies with this chance (Student's prediction interval)."""
    number = len(values)
    width = stdtrit(number - 1, 0.5 + coverage / 2) * values.std(ddof=1) * np.sqrt(1 + 1 / number)
    return float(values.mean() - width), float(values.mean() + width)
