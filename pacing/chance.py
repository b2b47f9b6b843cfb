"""Compiled probabilities: how many of these calls will be answered, and are there agents enough?

Every function here is compiled by numba; its plain twin is the same function's ``.py_func``.
"""

from __future__ import annotations

from math import erfc, exp, sqrt

import numpy as np
from numba import njit

EXACT_UP_TO = 320
"""Lines up to which the count of answers is convolved exactly; above it a normal law with continuity
correction serves, whose error in the tail is then far below that of any estimate that enters."""


@njit(cache=True)
def add_chance(counts: np.ndarray, n: int, q: float) -> None:
    """Convolve ``counts[: n + 1]``, the law of a number of successes in n trials, with one more trial.

    Parameters
    ----------
    counts : float64 array, longer than n + 1
        Changed in place.
    q : float
        Chance of success of the new trial.
    """
    counts[n + 1] = counts[n] * q
    for successes in range(n, 0, -1):
        counts[successes] = counts[successes] * (1.0 - q) + counts[successes - 1] * q
    counts[0] *= 1.0 - q


@njit(cache=True)
def binomial_below(n: int, h: float, below: np.ndarray) -> None:
    """Fill ``below[k]`` with the chance of at most k successes in n trials, for k from 0 to n.

    Starts at the mode and walks outwards, so that nothing under- or overflows for any n.
    """
    if h <= 0.0:
        below[: n + 1] = 1.0
        return
    if h >= 1.0:
        below[:n] = 0.0
        below[n] = 1.0
        return
    mode = min(n, int((n + 1) * h))
    odds = h / (1.0 - h)
    below[mode] = 1.0
    total = 1.0
    for k in range(mode, n):
        below[k + 1] = below[k] * odds * (n - k) / (k + 1)
        total += below[k + 1]
    for k in range(mode, 0, -1):
        below[k - 1] = below[k] * k / (odds * (n - k + 1))
        total += below[k - 1]
    running = 0.0
    for k in range(n + 1):
        running += below[k] / total
        below[k] = min(1.0, running)


@njit(cache=True)
def upper_tail(z: float) -> float:
    """Return the chance that a standard normal number exceeds z."""
    return 0.5 * erfc(z / sqrt(2.0))


@njit(cache=True)
def short_exact(idle: int, counts: np.ndarray, n: int, freed_below: np.ndarray, busy: int) -> float:
    """Return P(idle + freed - answered <= 0) from the law of `answered` and the distribution of `freed`.

    `counts[: n + 1]` is the law of the answers, `freed_below[: busy + 1]` as `binomial_below` fills it.
    """
    if idle - n > 0:
        return 0.0
    chance = 0.0
    for answered in range(max(idle, 0), n + 1):
        spare = answered - idle
        chance += counts[answered] * (freed_below[spare] if spare < busy else 1.0)
    return chance


@njit(cache=True)
def short_normal(idle: int, mean: float, variance: float) -> float:
    """The same from mean and variance of ``answered - freed``, with continuity correction."""
    if variance <= 1e-12:
        return 1.0 if idle - mean <= 0.0 else 0.0
    return upper_tail((idle - 0.5 - mean) / sqrt(variance))


@njit(cache=True)
def freed_share(horizon_s: float, talk_s: float, wrap_s: float) -> float:
    """Return the chance that an agent who is talking is free again within `horizon_s`.

    Talk and wrap are taken as exponential with these means; how long the talk has lasted already tells
    next to nothing about its end (0.1 points of occupancy at most, see `docs/pacing.md`).
    """
    if wrap_s <= 1e-9:
        return 1.0 - exp(-horizon_s / talk_s)
    if abs(talk_s - wrap_s) < 1e-6 * talk_s:
        u = horizon_s / talk_s
        return 1.0 - exp(-u) * (1.0 + u)
    share = talk_s * exp(-horizon_s / talk_s) - wrap_s * exp(-horizon_s / wrap_s)
    return 1.0 - share / (talk_s - wrap_s)
