"""How well the calibrated laws fit what they were fitted to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.calibrate.durations import FittedLaw
from simulator.calibrate.estimate import share
from simulator.calibrate.evidence import Evidence

_POINTS = 60


class Cell(NamedTuple):
    """Calls of one hour, weekday, segment or attempt: answered of them, with its 90 % interval, and as expected."""

    label: str
    calls: int
    seen: float
    low: float
    high: float
    expected: float


class LawFit(NamedTuple):
    """A law beside its data.

    Attributes
    ----------
    name : str
        Its place in the world.
    distance : float
        Kolmogorov's: the largest difference of the two distributions.
    points : tuple of (float, float)
        Chances of less by the law and in the data, at equally likely places: a PP plot.
    """

    name: str
    distance: float
    points: tuple[tuple[float, float], ...]


class Fit(NamedTuple):
    """Everything that is drawn: `cells` by what the calls are grouped by, and the laws."""

    cells: dict[str, tuple[Cell, ...]]
    laws: tuple[LawFit, ...]


def fit_of(evidence: Evidence) -> Fit:
    """Return how well the evidence is fitted."""
    laws = evidence.laws | {f"people.outcomes.{name}.talk": law for name, law in evidence.talks.items()}
    return Fit(_cells(evidence), tuple(_law_fit(name, law) for name, law in laws.items() if law.family))


def _cells(evidence: Evidence) -> dict[str, tuple[Cell, ...]]:
    answers, attempts = evidence.answers, evidence.attempts
    if answers is None or attempts is None:
        return {}
    groups = {
        "hour": (attempts.hour, str),
        "weekday": (attempts.weekday, lambda day: str(day + 1)),
        "segment": (attempts.segment, lambda place: answers.segments[place] or "-"),
        "attempt": (np.minimum(attempts.number, 10), lambda number: "10+" if number == 10 else str(number)),
    }
    found = {}
    for name, (keys, label) in groups.items():
        cells = []
        for key in np.unique(keys):
            of = keys == key
            calls, answered = int(of.sum()), float(attempts.answered[of].sum())
            one = share("", answered, calls)
            cells.append(Cell(label(int(key)), calls, one.value, one.low, one.high, float(answers.expected[of].mean())))
        found[name] = tuple(cells)
    return found


def _law_fit(name: str, law: FittedLaw) -> LawFit:
    seconds, cut, limit_s = law.durations
    order = np.argsort(seconds[~cut])
    ended, limits = seconds[~cut][order], limit_s[~cut][order]
    # What was seen was seen because it ended before its limit.
    below = law.below(ended) / np.where(np.isfinite(limits), np.maximum(law.below(limits), 1e-9), 1.0)
    ranks = (np.arange(len(ended)) + 0.5) / len(ended)
    below = np.sort(below)
    at = np.unique(np.linspace(0, len(ended) - 1, _POINTS).astype(int))
    points = tuple((float(below[place]), float(ranks[place])) for place in at)
    return LawFit(name, float(np.abs(below - ranks).max()), points)
