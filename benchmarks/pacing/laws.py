"""How long things take: a law is a table of its quantiles, drawn from by inversion.

``table[k]`` is the time that ``k / (len(table) - 1)`` of all times stay below, in seconds. Between two
entries times are uniform, and the last entry is set so that the mean is exact.

This folder has no ``__init__.py`` on purpose: as a regular package it would hide the library `pacing` from
the scripts beside it, whose own folder comes first where Python looks for modules.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from scipy import stats

POINTS = 4096

NONE = np.zeros(2)
"""What takes no time."""


def table_of(quantile: Callable[[np.ndarray], np.ndarray], mean_s: float) -> np.ndarray:
    """Return the table of a law without bound, from its quantile function and its mean."""
    table = np.append(quantile(np.arange(POINTS) / POINTS), 0.0)
    inner_s = (table[:-2] + table[1:-1]).sum() / 2.0
    table[-1] = 2.0 * (POINTS * mean_s - inner_s) - table[-2]
    assert table[-1] > table[-2]
    return table


def exponential(mean_s: float) -> np.ndarray:
    """Return the exponential law of this mean."""
    return table_of(stats.expon(scale=mean_s).ppf, mean_s)


def cut(law: stats.rv_continuous, shift_s: float, most_s: float) -> np.ndarray:
    """Return ``shift_s`` plus the law, given that the sum is at most `most_s`."""
    reach = law.cdf(most_s - shift_s)
    return shift_s + law.ppf(np.arange(POINTS + 1) / POINTS * reach)


def lognormal(mean_s: float, cv: float) -> stats.rv_continuous:
    """Return the lognormal law of this mean and coefficient of variation."""
    sigma = np.sqrt(np.log1p(cv * cv))
    return stats.lognorm(sigma, scale=mean_s * np.exp(-sigma * sigma / 2.0))


def mixture(*parts: tuple[float, stats.rv_continuous]) -> np.ndarray:
    """Return the law that is one of several by chance; each part with its share."""
    times_s = np.append(0.0, np.geomspace(1e-3, 1e7, 200_000))
    reached = sum(share * law.cdf(times_s) for share, law in parts)
    mean_s = sum(share * law.mean() for share, law in parts)
    return table_of(lambda shares: np.interp(shares, reached, times_s), mean_s)


def unanswered(fails_by_s: float, machine_from_s: float, time_out_s: float) -> np.ndarray:
    """Return how long it rings when no person answers: 12.5 % fail, 50 % reach a machine, the rest time out.

    Failures take from 2 s to `fails_by_s`, machines pick up from `machine_from_s` to the time-out.
    """
    shares = np.arange(POINTS + 1) / POINTS
    return np.select(
        [shares < 0.125, shares < 0.625],
        [
            2.0 + (fails_by_s - 2.0) * shares / 0.125,
            machine_from_s + (time_out_s - machine_from_s) * (shares - 0.125) / 0.5,
        ],
        time_out_s,
    )


def spread(least_s: float, most_s: float) -> np.ndarray:
    """Return the uniform law."""
    return np.linspace(least_s, most_s, POINTS + 1)


def summed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the law of the sum of two independent times."""
    step = POINTS // 512
    return np.quantile(np.add.outer(one[::step], other[::step]), np.arange(POINTS + 1) / POINTS)


def mixed(one: np.ndarray, other: np.ndarray, other_share: float) -> np.ndarray:
    """Return the law that is one or, by chance, another."""
    weights = np.repeat([1.0 - other_share, other_share], [len(one), len(other)])
    times_s = np.concatenate([one, other])
    order = np.argsort(times_s)
    reached = np.cumsum(weights[order])
    return np.interp(np.arange(POINTS + 1) / POINTS * reached[-1], reached, times_s[order])


def below(table: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Return the distribution function of a table at `times_s`."""
    return np.searchsorted(table, times_s, side="right").clip(0, len(table) - 1) / (len(table) - 1)


@njit(cache=True)
def time_of(table: np.ndarray, share: float) -> float:
    """Return the time at this share of the law."""
    place = share * (table.size - 1)
    k = int(place)
    return table[k] + (place - k) * (table[k + 1] - table[k])
