"""How a level moves from day to day, and what it may be on the days to come: a local level with noise by day.

The logarithm of the level walks at random from day to day with standard deviation `walk`; every day has a
deviation of its own with standard deviation `day` besides. Both are unknown, so all pairs of a grid are weighed by
how well they explain the days.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from dialer.core.rng import uniform
from simulator.calibrate.estimate import Floats

_WALKS = np.array([0.0, 0.005, 0.01, 0.02, 0.04, 0.08])
_DAYS = np.array([0.0, 0.02, 0.05, 0.1, 0.2])
_WALK_PRIOR = 0.02
"""Half-normal scale of `walk`: a level that wanders by 2 % a day is 10 % elsewhere after a month (house value)."""

_DAY_PRIOR = 0.1
_UNKNOWN = 4.0


class Drift(NamedTuple):
    """What is known of a level relative to its average over the days.

    Attributes
    ----------
    weight : Floats
        Shape (g,): of every pair of `walk` and `day`.
    walk, day : Floats
        Shape (g,).
    level, variance : Floats
        Shape (g,): of the logarithm on the last day.
    """

    weight: Floats
    walk: Floats
    day: Floats
    level: Floats
    variance: Floats

    def ahead(self, first: int, last: int, seed: int, stream: str, number: int) -> float:
        """Return a factor that could be the true one for days `first` to `last` after the last one.

        `seed`, `stream` and `number` key the draw.
        """
        pick = int(np.searchsorted(np.cumsum(self.weight), uniform(seed, stream, "pick", number)))
        pick = min(pick, len(self.weight) - 1)
        days = last - first + 1
        # The mean of a walk over its days, seen from the last known one.
        steps = first - 1 + (days + 1) * (2 * days + 1) / (6 * days)
        spread = self.variance[pick] + self.walk[pick] ** 2 * steps + self.day[pick] ** 2 / days
        return float(np.exp(self.level[pick] + np.sqrt(spread) * ndtri(uniform(seed, stream, "level", number))))

    @property
    def now(self) -> float:
        """The expected factor on the last day."""
        return float(np.exp(self.weight @ self.level))


def fit_drift(log_ratio: Floats, variance: Floats) -> Drift:
    """Return what days say of a level.

    Parameters
    ----------
    log_ratio : Floats
        Shape (days,): logarithm of seen / expected, in order; a day without data is no number.
    variance : Floats
        Shape (days,): of its error.
    """
    walk, day = (grid.ravel() for grid in np.meshgrid(_WALKS, _DAYS))
    told = -((walk / _WALK_PRIOR) ** 2) / 2 - (day / _DAY_PRIOR) ** 2 / 2
    level, spread = np.zeros(len(walk)), np.full(len(walk), _UNKNOWN)
    for seen, error in zip(log_ratio, variance, strict=True):
        spread = spread + walk**2
        if not np.isfinite(seen):
            continue
        total = spread + error + day**2
        told = told - np.log(total) / 2 - (seen - level) ** 2 / (2 * total)
        gain = spread / total
        level, spread = level + gain * (seen - level), spread * (1 - gain)
    weight = np.exp(told - told.max())
    return Drift(weight / weight.sum(), walk, day, level, spread)


NO_DRIFT = Drift(np.ones(1), np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1))
