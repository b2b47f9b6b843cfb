"""Probability laws of durations, as quantile functions: a keyed uniform number in, seconds out.

A quantile function is what makes draws comparable: the same number gives the same rank in every law.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from math import exp, log
from statistics import NormalDist
from typing import Annotated, Literal, assert_never

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import betaincinv, gammaincinv, ndtr, ndtri

Quantile = Callable[[float], float]
"""From a number in (0, 1) to the value that this share of all values lies below."""

POINTS = 2048
"""Points of the table of a law that is slow to compute."""
_FINE = 16 * POINTS

_normal = NormalDist().inv_cdf


class Frozen(BaseModel):
    """Base of everything that a user may write about the world: no unknown keys, no later change."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Constant(Frozen):
    """Always the same, in seconds."""

    law: Literal["constant"] = "constant"
    value_s: float = Field(ge=0)


class Uniform(Frozen):
    """Anything from `low_s` to `high_s` seconds, all alike."""

    law: Literal["uniform"] = "uniform"
    low_s: float = Field(ge=0)
    high_s: float = Field(ge=0)


class Exponential(Frozen):
    """Without memory, with this mean in seconds."""

    law: Literal["exponential"] = "exponential"
    mean_s: float = Field(gt=0)


class Gamma(Frozen):
    """Gamma: mean `shape` x `scale_s` seconds."""

    law: Literal["gamma"] = "gamma"
    shape: float = Field(gt=0)
    scale_s: float = Field(gt=0)


class Lognormal(Frozen):
    """The logarithm of the seconds is normal with mean `mu` and standard deviation `sigma`."""

    law: Literal["lognormal"] = "lognormal"
    mu: float
    sigma: float = Field(ge=0)


class ShortOrLognormal(Frozen):
    """Talks: a share of short ones, exponential with mean `short_mean_s`, and lognormal ones."""

    law: Literal["short_or_lognormal"] = "short_or_lognormal"
    short_share: float = Field(ge=0, le=1)
    short_mean_s: float = Field(gt=0)
    mu: float
    sigma: float = Field(gt=0)


Law = Annotated[Constant | Uniform | Exponential | Gamma | Lognormal | ShortOrLognormal, Field(discriminator="law")]


def quantile(law: Law) -> Quantile:
    """Return the quantile function of a law, in seconds."""
    match law:
        case Constant(value_s=value_s):
            return lambda _: value_s
        case Uniform(low_s=low_s, high_s=high_s):
            return lambda u: low_s + u * (high_s - low_s)
        case Exponential(mean_s=mean_s):
            return lambda u: -mean_s * log(1.0 - u)
        case Gamma(shape=shape, scale_s=scale_s):
            return tabulated(lambda u: scale_s * gammaincinv(shape, u))
        case Lognormal(mu=mu, sigma=sigma):
            return lambda u: exp(mu + sigma * _normal(u))
        case ShortOrLognormal():
            return tabulated(lambda u: inverse(law, u))
        case _:
            assert_never(law)


def inverse(law: ShortOrLognormal, u: np.ndarray) -> np.ndarray:
    """Return the seconds below which the shares `u` of a law with two parts lie, by its distribution function."""
    low, high = min(log(law.short_mean_s), law.mu) - 12.0, max(log(law.short_mean_s), law.mu) + 5.0 * law.sigma + 3.0
    seconds = np.exp(np.linspace(low, high, _FINE))
    below = law.short_share * -np.expm1(-seconds / law.short_mean_s)
    below += (1.0 - law.short_share) * ndtr((np.log(seconds) - law.mu) / law.sigma)
    return np.interp(u, below, seconds)


def beta_quantile(mean: float, concentration: float) -> Quantile:
    """Return the quantile function of the beta law with this mean; `concentration` is the sum of its parameters."""
    return tabulated(lambda u: betaincinv(mean * concentration, (1.0 - mean) * concentration, u))


def log_spread(u: float, sigma: float) -> float:
    """Return a lognormal factor with mean 1; `sigma` is the standard deviation of its logarithm."""
    return exp(sigma * _normal(u) - sigma * sigma / 2)


def table_of(inverse: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the values of `inverse` in the middle of `POINTS` equal cells, shape (`POINTS`,)."""
    return inverse((np.arange(POINTS) + 0.5) / POINTS)


def tabulated(inverse: Callable[[np.ndarray], np.ndarray]) -> Quantile:
    """Return `inverse` as a table that is interpolated linearly; a call of it costs 100 times as much.

    The outermost cells (1 draw in 4,096 on each side) return the table's ends.
    """
    values = [float(value) for value in table_of(inverse)]

    def interpolate(u: float) -> float:
        place = u * POINTS - 0.5
        if place <= 0.0:
            return values[0]
        if place >= POINTS - 1:
            return values[-1]
        cell = int(place)
        low = values[cell]
        return low + (place - cell) * (values[cell + 1] - low)

    return interpolate


def chooser(shares: dict[str, float]) -> Callable[[float], str]:
    """Return a function from a number in (0, 1) to a name, each with its share; shares add up to 1."""
    names, ends = list(shares), [float(end) for end in np.cumsum(list(shares.values()))][:-1]
    return lambda u: names[bisect_right(ends, u)]


def column(inverse: Quantile) -> Callable[[np.ndarray], np.ndarray]:
    """Return `inverse` for arrays, as a table that is interpolated linearly."""
    grid = (np.arange(POINTS) + 0.5) / POINTS
    values = np.array([inverse(float(u)) for u in grid])
    return lambda u: np.interp(u, grid, values)


def log_spread_of(u: np.ndarray, sigma: float) -> np.ndarray:
    """Return `log_spread` of every number of an array."""
    return np.exp(sigma * ndtri(u) - sigma * sigma / 2)


def mean_s(law: Law) -> float:
    """Return the mean of a law, in seconds."""
    match law:
        case Constant(value_s=value_s):
            return value_s
        case Uniform(low_s=low_s, high_s=high_s):
            return (low_s + high_s) / 2
        case Exponential(mean_s=mean):
            return mean
        case Gamma(shape=shape, scale_s=scale_s):
            return shape * scale_s
        case Lognormal(mu=mu, sigma=sigma):
            return exp(mu + sigma * sigma / 2)
        case ShortOrLognormal(short_share=short, short_mean_s=brief, mu=mu, sigma=sigma):
            return short * brief + (1.0 - short) * exp(mu + sigma * sigma / 2)
        case _:
            assert_never(law)
