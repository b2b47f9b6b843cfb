"""The laws of `simulator.world.laws`, compiled: the same seconds for the same number, bit by bit."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple, assert_never

import numpy as np
from scipy.special import betaincinv, gammaincinv

from pacing.lean import lean
from simulator.world.laws import (
    POINTS,
    Constant,
    Exponential,
    Gamma,
    Law,
    Lognormal,
    ShortOrLognormal,
    Uniform,
    inverse,
    table_of,
)

CONSTANT, UNIFORM, EXPONENTIAL, TABLED, LOGNORMAL = range(5)


class Laws(NamedTuple):
    """Laws by number: which one, its two parameters, and its table where it has one."""

    kind: np.ndarray
    first: np.ndarray
    second: np.ndarray
    table: np.ndarray


def make(laws: Sequence[Law | None]) -> Laws:
    """Return laws in this order; in the place of None is one that nobody may draw from."""
    rows = [_row(law or Constant(value_s=0.0)) for law in laws]
    kinds, firsts, seconds, tables = zip(*rows, strict=True)
    return Laws(np.array(kinds, np.int64), np.array(firsts, float), np.array(seconds, float), np.array(tables))


def _row(law: Law) -> tuple[int, float, float, np.ndarray]:
    none = np.zeros(POINTS)
    match law:
        case Constant(value_s=value_s):
            return CONSTANT, value_s, 0.0, none
        case Uniform(low_s=low_s, high_s=high_s):
            return UNIFORM, low_s, high_s, none
        case Exponential(mean_s=mean_s):
            return EXPONENTIAL, mean_s, 0.0, none
        case Gamma(shape=shape, scale_s=scale_s):
            return TABLED, shape, scale_s, table_of(lambda u: scale_s * gammaincinv(shape, u))
        case Lognormal(mu=mu, sigma=sigma):
            return LOGNORMAL, mu, sigma, none
        case ShortOrLognormal():
            return TABLED, 0.0, 0.0, table_of(lambda u: inverse(law, u))
        case _:
            assert_never(law)


def beta_table(mean: float, concentration: float) -> np.ndarray:
    """Return the table of `simulator.world.laws.beta_quantile`."""
    return table_of(lambda u: betaincinv(mean * concentration, (1.0 - mean) * concentration, u))


@lean
def quantile(laws: Laws, law: int, u: float) -> float:
    """Return the seconds that this share `u` of a law lies below."""
    kind, first, second = laws.kind[law], laws.first[law], laws.second[law]
    if kind == CONSTANT:
        return first
    if kind == UNIFORM:
        return first + u * (second - first)
    if kind == EXPONENTIAL:
        return -first * log(1.0 - u)
    if kind == TABLED:
        return between(laws.table[law], u)
    return exp(first + second * normal(u))


@lean
def between(table: np.ndarray, u: float) -> float:
    """Return the value at `u` of a table of `simulator.world.laws.table_of`."""
    place = u * POINTS - 0.5
    if place <= 0.0:
        return table[0]
    if place >= POINTS - 1:
        return table[-1]
    cell = int(place)
    low = table[cell]
    return low + (place - cell) * (table[cell + 1] - low)


_MIDDLE = np.array(
    [
        [2.5090809287301226727e3, 5.2264952788528545610e3],
        [3.3430575583588128105e4, 2.8729085735721942674e4],
        [6.7265770927008700853e4, 3.9307895800092710610e4],
        [4.5921953931549871457e4, 2.1213794301586595867e4],
        [1.3731693765509461125e4, 5.3941960214247511077e3],
        [1.9715909503065514427e3, 6.8718700749205790830e2],
        [1.3314166789178437745e2, 4.2313330701600911252e1],
        [3.3871328727963666080e0, 1.0],
    ]
)
_SIDES = np.array(
    [
        [7.74545014278341407640e-4, 1.05075007164441684324e-9],
        [2.27238449892691845833e-2, 5.47593808499534494600e-4],
        [2.41780725177450611770e-1, 1.51986665636164571966e-2],
        [1.27045825245236838258e0, 1.48103976427480074590e-1],
        [3.64784832476320460504e0, 6.89767334985100004550e-1],
        [5.76949722146069140550e0, 1.67638483018380384940e0],
        [4.63033784615654529590e0, 2.05319162663775882187e0],
        [1.42343711074968357734e0, 1.0],
    ]
)
_TAILS = np.array(
    [
        [2.01033439929228813265e-7, 2.04426310338993978564e-15],
        [2.71155556874348757815e-5, 1.42151175831644588870e-7],
        [1.24266094738807843860e-3, 1.84631831751005468180e-5],
        [2.65321895265761230930e-2, 7.86869131145613259100e-4],
        [2.96560571828504891230e-1, 1.48753612908506148525e-2],
        [1.78482653991729133580e0, 1.36929880922735805310e-1],
        [5.46378491116411436990e0, 5.99832206555887937690e-1],
        [6.65790464350110377720e0, 1.0],
    ]
)
"""Numerators and denominators of algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988)."""


@lean
def _ratio(sides: np.ndarray, r: float, times: float) -> float:
    above, below = sides[0, 0], sides[0, 1]
    for row in range(1, 8):
        above = above * r + sides[row, 0]
        below = below * r + sides[row, 1]
    return above * times / below


@lean
def normal(u: float) -> float:
    """Return the standard normal number that this share of all lies below, as `statistics.NormalDist` does."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return _ratio(_MIDDLE, 0.180625 - q * q, q)
    r = sqrt(-log(u if q <= 0.0 else 1.0 - u))
    x = _ratio(_SIDES, r - 1.6, 1.0) if r <= 5.0 else _ratio(_TAILS, r - 5.0, 1.0)
    return -x if q < 0.0 else x
