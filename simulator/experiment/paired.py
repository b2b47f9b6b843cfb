"""Two settings on the same people and days: the difference, with an interval that may be looked at at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy.stats import t as student

from simulator.experiment.figures import FIGURES, Sums, estimate
from strategies.sequential import half_width

LEAST = 6
"""Replications before a decision: the sequence is asymptotic, and a handful of days is not."""


class Difference(NamedTuple):
    """B minus A of one figure.

    Attributes
    ----------
    name : str
        See `FIGURES`.
    a, b : float
        The figure of each.
    low, high : float
        95 % interval of b - a for the replications made, infinite when there are fewer than two.
    """

    name: str
    a: float
    b: float
    low: float
    high: float

    @property
    def verdict(self) -> Literal["A", "B", "open"]:
        """Which is better, where the interval says so."""
        if self.low <= 0.0 <= self.high or np.isnan(self.low):
            return "open"
        more = self.low > 0.0
        return "B" if more == (FIGURES[self.name].better == "most") else "A"


class Comparison(NamedTuple):
    """What is known after some replications.

    `decided`: whether the aim's sequence excludes no difference, or shows that the difference is within indifference.
    """

    replications: int
    aim: Difference
    others: tuple[Difference, ...]
    decided: bool


def compare(
    pairs: Iterable[tuple[Sums, Sums]],
    aim: str,
    *,
    indifference: float = 0.0,
    on_pair: Callable[[Comparison], None] = lambda _: None,
) -> Comparison:
    """Take pairs of replications, which belong to the same days, until the aim is decided or there are no more.

    Parameters
    ----------
    pairs : iterable of (Sums, Sums)
        What A and B came to on the same day; asked for one at a time.
    aim : str
        The figure that decides, see `FIGURES`. Its interval is a confidence sequence: stopping early does not spoil it.
        Those of the other figures are ordinary and hold at a number of days that is fixed beforehand.
    indifference : float
        A difference up to this is no difference.
    on_pair : callable
        Is told after each pair.
    """
    rows_a: list[Sums] = []
    rows_b: list[Sums] = []
    comparison = _comparison(rows_a, rows_b, aim, indifference)
    for a, b in pairs:
        rows_a.append(a)
        rows_b.append(b)
        comparison = _comparison(rows_a, rows_b, aim, indifference)
        on_pair(comparison)
        if comparison.decided:
            break
    return comparison


def difference(name: str, a: Sequence[Sums], b: Sequence[Sums], *, any_time: bool) -> Difference:
    """Return B minus A of a figure; `any_time`: with a confidence sequence in place of an ordinary interval."""
    figure, count = FIGURES[name], len(a)
    of_a, of_b = estimate(figure, a), estimate(figure, b)
    if count < 2:
        return Difference(name, of_a.value, of_b.value, -np.inf, np.inf)
    deviation = float(np.std(of_b.deviations - of_a.deviations, ddof=1))
    half = half_width(count, deviation) if any_time else student.ppf(0.975, count - 1) * deviation / np.sqrt(count)
    middle = of_b.value - of_a.value
    return Difference(name, of_a.value, of_b.value, middle - float(half), middle + float(half))


def _comparison(a: Sequence[Sums], b: Sequence[Sums], aim: str, indifference: float) -> Comparison:
    main = difference(aim, a, b, any_time=True)
    others = tuple(difference(name, a, b, any_time=False) for name in FIGURES if name != aim)
    equal = -indifference < main.low and main.high < indifference
    return Comparison(len(a), main, others, len(a) >= LEAST and (main.verdict != "open" or equal))
