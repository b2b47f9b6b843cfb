"""Exact results for agents who serve Poisson answers, and the statistics to compare with them."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, linear_regression, stdev
from typing import NamedTuple

from scipy.special import stdtrit


def erlang_b(agents: int, erlangs: float) -> float:
    """Return the share of arrivals that find every agent busy and leave at once."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return blocked


class Queue(NamedTuple):
    """`wait_share`: of the arrivals; `wait`: mean over all arrivals, in mean talk times."""

    wait_share: float
    abandon_share: float
    wait: float


def erlang_c(agents: int, erlangs: float) -> Queue:
    """Return the queue whose arrivals wait for ever."""
    blocked = erlang_b(agents, erlangs)
    waits = agents * blocked / (agents - erlangs * (1.0 - blocked))
    return Queue(waits, 0.0, waits / (agents - erlangs))


def erlang_a(agents: int, erlangs: float, impatience: float) -> Queue:
    """Return the queue whose arrivals have exponential patience of 1 / `impatience` mean talk times."""
    weights, weight = [], 1.0
    for present in range(agents + 2000):
        weights.append(weight)
        weight *= erlangs / (min(present + 1, agents) + impatience * max(0, present + 1 - agents))
    total = sum(weights)
    waiting = sum((present - agents) * w for present, w in enumerate(weights) if present > agents) / total
    return Queue(sum(weights[agents:]) / total, impatience * waiting / erlangs, waiting / erlangs)


def offered_at(agents: int, abandon_share: float) -> float:
    """Return the erlangs at which Erlang B loses this share."""
    low, high = 0.0, 10.0 * agents
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_b(agents, middle) < abandon_share else (low, middle)
    return low


class Estimate(NamedTuple):
    """A mean with the half-width of its 99.9 % confidence interval."""

    mean: float
    half_width: float

    def agrees(self, exact: float, within_share: float) -> bool:
        """Whether the interval holds `exact` and is narrow enough to have been able not to."""
        return abs(self.mean - exact) <= self.half_width <= within_share * exact


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of independent values with Student's interval."""
    return _interval(values, len(values) - 1)


def controlled(values: Sequence[float], control: Sequence[float], control_mean: float) -> Estimate:
    """Return the mean of `values` without what they owe to `control`, whose exact mean is known.

    The usual control variate: chance that shows in both is taken out, and the interval is narrower.
    """
    slope, _ = linear_regression(control, values)
    adjusted = [value - slope * (other - control_mean) for value, other in zip(values, control, strict=True)]
    return _interval(adjusted, len(values) - 2)


def _interval(values: Sequence[float], freedom: int) -> Estimate:
    half_width = float(stdtrit(freedom, 0.9995)) * stdev(values) / sqrt(freedom + 1)
    return Estimate(fmean(values), half_width)
