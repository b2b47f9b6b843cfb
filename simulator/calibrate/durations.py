"""Fits the laws of durations, by maximum likelihood, to what was seen to its end and to what was cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammainc, gammaincc, gammaln, log_ndtr, ndtr

from simulator.calibrate.estimate import Floats, Parameters, curvature
from simulator.world.laws import Constant, Exponential, Gamma, Law, Lognormal, ShortOrLognormal

SHORTEST_S = 1e-3
"""What took no time at all is taken for this, so that it has a logarithm."""

_SAME = 0.005
"""Durations that differ by less than this share of their mean are one constant."""

_TINY = 1e-300
_SMALLEST_ERROR = 1e-8


class Durations(NamedTuple):
    """Seconds of something, shape (n,).

    Attributes
    ----------
    seconds : Floats
        How long each was seen.
    cut : NDArray of bool
        Whether it went on for longer (censored).
    limit_s : Floats
        What is longer than this is not here at all (truncated); infinite without a limit.
    """

    seconds: Floats
    cut: np.ndarray
    limit_s: Floats

    @classmethod
    def whole(cls, seconds: Floats) -> Durations:
        """Return durations that were all seen to their end."""
        return cls(seconds, np.zeros(len(seconds), dtype=bool), np.full(len(seconds), np.inf))


class Family(NamedTuple):
    """A family of laws. Parameters are on a scale without bounds.

    Attributes
    ----------
    start : callable
        From durations to parameters to begin with.
    log_density, log_beyond, below : callable
        Of seconds and parameters: logarithm of the density, logarithm of the chance of more, chance of less.
    law : callable
        From parameters to the law.
    """

    start: Callable[[Floats], list[float]]
    log_density: Callable[[Floats, Floats], Floats]
    log_beyond: Callable[[Floats, Floats], Floats]
    below: Callable[[Floats, Floats], Floats]
    law: Callable[[Floats], Law]


class FittedLaw(NamedTuple):
    """A law with its uncertainty, and what it was fitted to.

    Attributes
    ----------
    law : Law
        The most likely one.
    family : str
        Name of its family; empty for a constant.
    parameters : Parameters
        Of the family.
    durations : Durations
        What it was fitted to.
    """

    law: Law
    family: str
    parameters: Parameters
    durations: Durations

    def drawn(self, normals: Floats) -> Law:
        """Return a law that could be the true one; shape of `normals` as in `Parameters.draw`."""
        return self.at(self.parameters.draw(normals))

    def at(self, theta: Floats) -> Law:
        """Return the law of the family with these parameters."""
        return FAMILIES[self.family].law(theta) if self.family else self.law

    def below(self, seconds: Floats) -> Floats:
        """Return the chance of less than so many seconds."""
        if not self.family:
            return (seconds >= getattr(self.law, "value_s", 0.0)).astype(float)
        return FAMILIES[self.family].below(np.maximum(seconds, SHORTEST_S), self.parameters.theta)


def fit(durations: Durations, families: tuple[str, ...]) -> FittedLaw:
    """Return the law of the family that explains `durations` best for its number of parameters (AIC).

    Raises
    ------
    ValueError
        When there is nothing that was seen to its end.
    """
    seconds = np.maximum(durations.seconds, SHORTEST_S)
    durations = durations._replace(seconds=seconds)
    ended = seconds[~durations.cut]
    if not len(ended):
        raise ValueError("nothing was seen to its end")
    if np.ptp(ended) <= _SAME * ended.mean():
        value = float(np.median(ended))
        parameters = Parameters(np.empty(0), np.empty((0, 0)), len(seconds))
        return FittedLaw(Constant(value_s=round(value, 3)), "", parameters, durations)
    found = [(_fit_one(durations, FAMILIES[name]), name) for name in families]
    (_, parameters), name = min(found, key=lambda item: 2 * item[0][0] + 2 * len(item[0][1].theta))
    return FittedLaw(FAMILIES[name].law(parameters.theta), name, parameters, durations)


def _fit_one(durations: Durations, family: Family) -> tuple[float, Parameters]:
    seconds, cut, limit_s = durations
    ended, gone = seconds[~cut], seconds[cut]
    limits, counts = np.unique(limit_s[np.isfinite(limit_s)], return_counts=True)

    def loss(theta: Floats) -> float:
        value = -family.log_density(ended, theta).sum() - family.log_beyond(gone, theta).sum()
        if len(limits):
            value += counts @ np.log(np.maximum(family.below(limits, theta), _TINY))
        return float(value) if np.isfinite(value) else 1e300

    best = minimize(
        loss, family.start(ended), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 4000}
    )
    information = curvature(loss, best.x)
    values, vectors = np.linalg.eigh(information)
    # A flat direction has no error that could be stated; it is held where it is.
    inverse = np.where(values > _SMALLEST_ERROR, 1 / np.maximum(values, _SMALLEST_ERROR), 0.0)
    return best.fun, Parameters(best.x, (vectors * inverse) @ vectors.T, len(seconds))


def _exponential() -> Family:
    return Family(
        start=lambda x: [np.log(x.mean())],
        log_density=lambda x, t: -t[0] - x * np.exp(-t[0]),
        log_beyond=lambda x, t: -x * np.exp(-t[0]),
        below=lambda x, t: -np.expm1(-x * np.exp(-t[0])),
        law=lambda t: Exponential(mean_s=float(np.exp(t[0]))),
    )


def _gamma() -> Family:
    def start(x: Floats) -> list[float]:
        shape = np.clip(x.mean() ** 2 / max(x.var(), 1e-9), 0.05, 1e4)
        return [np.log(shape), np.log(x.mean())]

    def density(x: Floats, t: Floats) -> Floats:
        shape = np.exp(t[0])
        scale = np.exp(t[1]) / shape
        return (shape - 1) * np.log(x) - x / scale - gammaln(shape) - shape * np.log(scale)

    def scaled(x: Floats, t: Floats) -> tuple[float, Floats]:
        shape = np.exp(t[0])
        return shape, x * shape / np.exp(t[1])

    return Family(
        start=start,
        log_density=density,
        log_beyond=lambda x, t: np.log(np.maximum(gammaincc(*scaled(x, t)), _TINY)),
        below=lambda x, t: gammainc(*scaled(x, t)),
        # The mean, and not the scale, is a parameter: it hardly depends on the shape.
        law=lambda t: Gamma(shape=float(np.exp(t[0])), scale_s=float(np.exp(t[1] - t[0]))),
    )


def _lognormal() -> Family:
    return Family(
        start=lambda x: [np.log(x).mean(), np.log(max(np.log(x).std(), 1e-3))],
        log_density=lambda x, t: -(((np.log(x) - t[0]) / np.exp(t[1])) ** 2) / 2 - np.log(x) - t[1] - _HALF_LOG_TAU,
        log_beyond=lambda x, t: log_ndtr(-(np.log(x) - t[0]) / np.exp(t[1])),
        below=lambda x, t: ndtr((np.log(x) - t[0]) / np.exp(t[1])),
        law=lambda t: Lognormal(mu=float(t[0]), sigma=float(np.exp(t[1]))),
    )


def _short_or_lognormal() -> Family:
    long, short = _lognormal(), _exponential()

    def parts(theta: Floats) -> tuple[float, float, Floats, Floats]:
        log_short, log_long = -np.logaddexp(0, -theta[0]), -np.logaddexp(0, theta[0])
        return log_short, log_long, theta[1:2], theta[2:4]

    def density(x: Floats, theta: Floats) -> Floats:
        log_short, log_long, brief, usual = parts(theta)
        if log_short > _MOST_SHORT or usual[1] < _NARROWEST or brief[0] > usual[0]:
            return np.full(len(x), -np.inf)
        return np.logaddexp(log_short + short.log_density(x, brief), log_long + long.log_density(x, usual))

    def beyond(x: Floats, theta: Floats) -> Floats:
        log_short, log_long, brief, usual = parts(theta)
        return np.logaddexp(log_short + short.log_beyond(x, brief), log_long + long.log_beyond(x, usual))

    def below(x: Floats, theta: Floats) -> Floats:
        log_short, log_long, brief, usual = parts(theta)
        return np.exp(log_short) * short.below(x, brief) + np.exp(log_long) * long.below(x, usual)

    def law(theta: Floats) -> Law:
        log_short, _, brief, usual = parts(theta)
        return ShortOrLognormal(
            short_share=float(np.exp(log_short)),
            short_mean_s=float(np.exp(brief[0])),
            mu=float(usual[0]),
            sigma=float(np.exp(usual[1])),
        )

    return Family(
        start=lambda x: [-2.0, np.log(max(np.quantile(x, 0.1), SHORTEST_S)), *long.start(x[x >= np.quantile(x, 0.1)])],
        log_density=density,
        log_beyond=beyond,
        below=below,
        law=law,
    )


_MOST_SHORT, _NARROWEST = np.log(0.8), np.log(0.1)
"""Beyond these, in logarithms of the share and of sigma, one part explains a handful of talks by a needle."""

_HALF_LOG_TAU = 0.5 * np.log(2 * np.pi)

FAMILIES = {
    "exponential": _exponential(),
    "gamma": _gamma(),
    "lognormal": _lognormal(),
    "short_or_lognormal": _short_or_lognormal(),
}
"""Every family by its name, which is that of its law in a world file."""
