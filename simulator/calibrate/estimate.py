"""What an estimate is: a value, an interval, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

Floats = NDArray[np.float64]

COVERAGE = 0.90
"""Of every interval here."""

Z = float(ndtri(0.5 + COVERAGE / 2))


class Estimate(NamedTuple):
    """One number of the world.

    Attributes
    ----------
    name : str
        Its place in the world, such as ``people.machine_share``.
    value, low, high : float
        The number, and the ends of its 90 % interval; both equal the value where nothing is known.
    observations : int
        From how many; 0 for a default.
    source : str
        Empty when it was estimated; otherwise where the default comes from.
    """

    name: str
    value: float
    low: float
    high: float
    observations: int
    source: str = ""


class Parameters(NamedTuple):
    """Parameters on a scale on which their error is normal.

    Attributes
    ----------
    theta : Floats
        Shape (k,): the most likely values.
    covariance : Floats
        Shape (k, k).
    observations : int
        From how many.
    """

    theta: Floats
    covariance: Floats
    observations: int

    def draw(self, normals: Floats) -> Floats:
        """Return parameters that could be the true ones; `normals` has shape (k,)."""
        return self.theta + self.root() @ normals

    def root(self) -> Floats:
        """Return a square root of the covariance; directions that rounding made negative count as known."""
        values, vectors = np.linalg.eigh((self.covariance + self.covariance.T) / 2)
        return vectors * np.sqrt(np.clip(values, 0, None))

    def estimate(self, name: str, of: Callable[[Floats], float]) -> Estimate:
        """Return the estimate of a function of the parameters, with the interval of its linearization.

        The interval is symmetric on the logarithmic scale for what is positive.
        """
        value = of(self.theta)
        slope = gradient(of, self.theta)
        error = float(np.sqrt(max(0.0, slope @ self.covariance @ slope)))
        if value > 0:
            width = np.exp(min(50.0, Z * error / value))
            return Estimate(name, value, value / width, value * width, self.observations)
        return Estimate(name, value, value - Z * error, value + Z * error, self.observations)


def share(name: str, part: float, whole: float, *, ceiling: float = 1.0) -> Estimate:
    """Return the estimate of a share with Jeffreys' interval; `part` and `whole` need not be whole numbers."""
    value = min(ceiling, part / whole) if whole else 0.0
    a, b = part + 0.5, max(0.0, whole - part) + 0.5
    low, high = (float(betaincinv(a, b, u)) for u in ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2))
    return Estimate(name, value, min(low, value), max(high, value), round(whole))


def gradient(of: Callable[[Floats], float], at: Floats) -> Floats:
    """Return the slope of a smooth function by central differences; shape (k,)."""
    steps = 1e-4 * np.maximum(1.0, np.abs(at))
    slope = np.empty(len(at))
    for place, step in enumerate(steps):
        there = np.zeros(len(at))
        there[place] = step
        slope[place] = (of(at + there) - of(at - there)) / (2 * step)
    return slope


def curvature(of: Callable[[Floats], float], at: Floats) -> Floats:
    """Return the matrix of second derivatives by central differences; shape (k, k)."""
    steps, size = 1e-3 * np.maximum(1.0, np.abs(at)), len(at)
    matrix = np.empty((size, size))
    for row in range(size):
        for column in range(row + 1):
            first, second = np.zeros(size), np.zeros(size)
            first[row], second[column] = steps[row], steps[column]
            corners = of(at + first + second) - of(at + first - second) - of(at - first + second)
            corners += of(at - first - second)
            matrix[row, column] = matrix[column, row] = corners / (4 * steps[row] * steps[column])
    return matrix
