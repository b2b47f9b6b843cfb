"""Compiled probabilities: how many of these calls will be answered, and are there agents enough?

Every function here is compiled by numba; its plain twin is the same function's ``.py_func``.
"""

from __future__ import annotations

from math import erfc, exp, sqrt

import numpy as np

from pacing.lean import lean

EXACT_UP_TO = 320
"""Lines up to which the count of answers is convolved exactly; above it a normal law with continuity
correction serves, whose error in the tail is then far below that of any estimate that enters."""


NEGLIGIBLE = 1e-17
"""Chances below this are left out of a law: far below what rounding loses elsewhere."""


@lean
def add_chance(counts: np.ndarray, top: int, q: float) -> int:
    """Convolve ``counts[: top + 1]``, the law of a number of successes, with one more trial.

    Parameters
    ----------
    counts : float64 array, longer than top + 1
        Changed in place.
    top : int
        The highest number that is not negligible.
    q : float
        Chance of success of the new trial.

    Returns
    -------
    int
        The new `top`.
    """
    counts[top + 1] = counts[top] * q
    for successes in range(top, 0, -1):
        counts[successes] = counts[successes] * (1.0 - q) + counts[successes - 1] * q
    counts[0] *= 1.0 - q
    return top + 1 if counts[top + 1] > NEGLIGIBLE else top


@lean
def binomial(law: np.ndarray, n: int, h: float) -> int:
    """Fill `law` with the chances of 0, 1, ... successes in n trials; return the highest that is not negligible.

    Starts at the mode and walks outwards, so that nothing under- or overflows for any n.
    """
    law[:] = 0.0
    if h >= 1.0:
        law[n] = 1.0
        return n
    top = min(n, int((n + 1) * h))
    odds = h / (1.0 - h)
    law[top] = total = 1.0
    for k in range(top, 0, -1):
        law[k - 1] = law[k] * (k / (odds * (n - k + 1)))
        total += law[k - 1]
        if law[k - 1] < NEGLIGIBLE:
            break
    while top < n and law[top] > NEGLIGIBLE:
        law[top + 1] = law[top] * (odds * (n - top) / (top + 1))
        top += 1
        total += law[top]
    for k in range(top + 1):
        law[k] /= total
    return top


@lean
def upper_tail(z: float) -> float:
    """Return the chance that a standard normal number exceeds z."""
    return 0.5 * erfc(z / sqrt(2.0))


@lean
def short_exact(spare: int, answered: np.ndarray, most: int, freed: np.ndarray, most_freed: int) -> float:
    """Return P(spare + freed - answered <= 0) from the laws of both and their highest numbers that count."""
    chance, above = 0.0, 0.0  # above: P(answered >= spare + f), for f going down from the largest that can matter
    for f in range(min(most_freed, most - spare), -1, -1):
        while most >= max(spare + f, 0):
            above += answered[most]
            most -= 1
        chance += freed[f] * above
    return min(chance, 1.0)


@lean
def short_normal(spare: int, mean: float, variance: float) -> float:
    """The same from mean and variance of ``answered - freed``, with continuity correction."""
    if variance <= 1e-12:
        return 1.0 if spare - mean <= 0.0 else 0.0
    return upper_tail((spare - 0.5 - mean) / sqrt(variance))


@lean
def most_chance(excess: float, variance: float) -> float:
    """Return a bound on the chance that a sum of independent numbers exceeds its mean by `excess` or more.

    Each number lies within 1 of its own mean, as an answer or a freed agent does (Bernstein's inequality).
    """
    return exp(-excess * excess / (2.0 * (variance + excess / 3.0))) if excess > 0.0 else 1.0


@lean
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
