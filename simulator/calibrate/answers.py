"""Who answers: by hour, weekday and segment, and by person, all at once.

A call is answered with the chance ``reach x hour x weekday x segment x heard``, where ``reach`` is the person's own,
beta-distributed and drawn once per person, as in `simulator.world.people`, and ``heard`` the chance that the
person picks up before the time-out. The reach is integrated out, so that persons who are called again because they
did not answer are not taken for the average. Factors are drawn towards the average (hours towards their
neighbours) as strongly as the data say: the penalties' strengths are estimated too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import betaincinv

from simulator.calibrate.estimate import Floats, Parameters

NODES = 24
"""Points at which the law of the reach is evaluated."""

LARGEST = 300_000
"""Attempts that are used; more would change nothing that can be seen (the error of a share of .2 is then .0007)."""

_ROUNDS = 4
_WIDEST, _NARROWEST = 1.0, 0.02
_CERTAIN = 1 - 1e-9
_ALIKE = 300.0
"""A concentration above this cannot be told from everybody being alike."""


class Attempts(NamedTuple):
    """Attempts that could have been answered, sorted by person; every array has shape (n,).

    `hour` 0 to 23 and `weekday` 0 to 6 are local to the person, `segment` an index, `number` counts the
    attempts of a lead from 1, `day` is the ordinal of the floor's date.
    """

    answered: NDArray[np.bool_]
    person: NDArray[np.int64]
    hour: NDArray[np.int64]
    weekday: NDArray[np.int64]
    segment: NDArray[np.int64]
    number: NDArray[np.int64]
    day: NDArray[np.int64]
    heard: Floats


class AnswerFit(NamedTuple):
    """Who answers.

    Attributes
    ----------
    parameters : Parameters
        Logarithms: of the chance in each of `hours`, of the factor of each of `weekdays` and of each segment, and
        of the concentration at the end.
    hours, weekdays : tuple of int
        Those with data.
    segments : tuple of str
        By index.
    concentration : float or None
        Of the beta law of the reach, None when persons cannot be told apart.
    weekday_weight, segment_weight : Floats
        Shares of the attempts on each of `weekdays` and in each segment.
    expected : Floats
        Shape (n,): chance of an answer for each attempt, given what the person did before.
    """

    parameters: Parameters
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    segments: tuple[str, ...]
    concentration: float | None
    weekday_weight: Floats
    segment_weight: Floats
    expected: Floats

    def split(self, theta: Floats) -> tuple[Floats, Floats, Floats, float]:
        """Return the chances by hour, the factors by weekday and segment, and the concentration.

        The factors are 1 on average over the attempts, so the chances are those of the average attempt.
        """
        h, w = len(self.hours), len(self.weekdays)
        by_hour, by_weekday, by_segment = np.split(np.exp(theta[:-1]), [h, h + w])
        weekday, segment = by_weekday @ self.weekday_weight, by_segment @ self.segment_weight
        return by_hour * weekday * segment, by_weekday / weekday, by_segment / segment, float(np.exp(theta[-1]))


class _Design(NamedTuple):
    """Each attempt's hour, weekday and segment as places in the vector of effects; shape (n, 3)."""

    places: NDArray[np.int64]
    sizes: tuple[int, int, int]
    first: NDArray[np.int64]
    offset: Floats
    answered: NDArray[np.bool_]

    def best(self, effects: Floats) -> float:
        """Return the chance in the best hour of the average attempt: the mean of the reach."""
        average = np.exp(effects[self.places[:, 1]] + effects[self.places[:, 2]]).mean()
        return float(np.clip(np.exp(effects[: self.sizes[0]].max()) * average, 1e-4, 0.98))


def fit_answers(attempts: Attempts, segments: tuple[str, ...]) -> AnswerFit:
    """Return the fit; `segments` are their names by index."""
    hours, hour_at = np.unique(attempts.hour, return_inverse=True)
    weekdays, weekday_at = np.unique(attempts.weekday, return_inverse=True)
    sizes = (len(hours), len(weekdays), len(segments))
    places = np.stack([hour_at, len(hours) + weekday_at, len(hours) + len(weekdays) + attempts.segment], axis=1)
    first = np.flatnonzero(np.diff(attempts.person, prepend=-1))
    design = _Design(places, sizes, first, np.log(attempts.heard), attempts.answered)
    rate = max(attempts.answered.mean(), 1 / (2 * len(attempts.answered)))
    effects = np.zeros(sum(sizes))
    effects[: sizes[0]] = np.log(rate)
    spread = np.array([0.3, 0.1, 0.3])
    several = len(first) < len(attempts.answered)
    concentration = 8.0 if several else _ALIKE
    for _ in range(_ROUNDS):
        effects, information = _fit_effects(design, effects, spread, concentration)
        spread = _spreads(effects, np.asarray(np.linalg.inv(information), dtype=np.float64), sizes)
        if several:
            concentration = _concentration(design, effects, spread)
    effects, information = _fit_effects(design, effects, spread, concentration)
    parameters = _with_concentration(design, effects, spread, information, concentration, several=several)
    alike = not several or concentration >= _ALIKE * 0.9
    total = len(attempts.answered)
    return AnswerFit(
        parameters,
        tuple(hours.tolist()),
        tuple(weekdays.tolist()),
        segments,
        None if alike else concentration,
        np.bincount(weekday_at, minlength=sizes[1]) / total,
        np.bincount(attempts.segment, minlength=sizes[2]) / total,
        _expected(design, effects, reach_nodes(design.best(effects), concentration)),
    )


def reach_nodes(best: float, concentration: float) -> Floats:
    """Return the reach relative to its mean `best` at equally likely persons; shape (NODES,)."""
    if concentration >= _ALIKE * 0.99:
        return np.ones(1)
    u = (np.arange(NODES) + 0.5) / NODES
    nodes = betaincinv(best * concentration, (1 - best) * concentration, u)
    return np.maximum(nodes, 1e-9) / nodes.mean()


def _loss(design: _Design, effects: Floats, spread: Floats, factors: Floats) -> tuple[float, Floats, Floats]:
    """Return the penalized loss, its gradient, and the slope of each attempt; `factors` as of `reach_nodes`."""
    eta = effects[design.places].sum(axis=1) + design.offset
    chance = np.minimum(_CERTAIN, np.exp(eta)[:, None] * factors)
    hit = design.answered[:, None]
    told = np.where(hit, np.log(chance), np.log1p(-chance))
    by_person = np.add.reduceat(told, design.first, axis=0)
    top = by_person.max(axis=1, keepdims=True)
    weights = np.exp(by_person - top)
    total = weights.sum(axis=1, keepdims=True)
    loss = -float((top[:, 0] + np.log(total[:, 0] / len(factors))).sum())
    lengths = np.diff(np.append(design.first, len(eta)))
    responsible = np.repeat(weights / total, lengths, axis=0)
    odds = chance / (1 - chance)
    slope = (responsible * np.where(hit, 1.0, -odds)).sum(axis=1)
    gradient = -sum(np.bincount(design.places[:, column], weights=slope, minlength=len(effects)) for column in range(3))
    penalty, pull = _penalty(effects, spread, design.sizes)
    return loss + penalty, gradient + pull @ effects, slope


def _expected(design: _Design, effects: Floats, factors: Floats) -> Floats:
    """Return each attempt's chance of an answer, given the same person's attempts before."""
    eta = effects[design.places].sum(axis=1) + design.offset
    chance = np.minimum(_CERTAIN, np.exp(eta)[:, None] * factors)
    told = np.where(design.answered[:, None], np.log(chance), np.log1p(-chance))
    before = np.cumsum(told, axis=0) - told
    lengths = np.diff(np.append(design.first, len(eta)))
    before -= np.repeat(before[design.first], lengths, axis=0)
    weights = np.exp(before - before.max(axis=1, keepdims=True))
    return (chance * weights).sum(axis=1) / weights.sum(axis=1)


def _penalty(effects: Floats, spread: Floats, sizes: tuple[int, int, int]) -> tuple[float, Floats]:
    """Return the penalty and its matrix: neighbouring hours, weekdays and segments, each with its spread."""
    size = len(effects)
    matrix = np.zeros((size, size))
    for place in range(sizes[0] - 1):
        pair = np.zeros(size)
        pair[place], pair[place + 1] = 1, -1
        matrix += np.outer(pair, pair) / spread[0] ** 2
    h, w, _ = sizes
    for begin, end, deviation in ((h, h + w, spread[1]), (h + w, size, spread[2])):
        matrix[range(begin, end), range(begin, end)] += 1 / deviation**2
    return float(effects @ matrix @ effects) / 2, matrix


def _fit_effects(design: _Design, effects: Floats, spread: Floats, concentration: float) -> tuple[Floats, Floats]:
    """Return the most likely effects and their information, from the persons' own slopes."""
    factors = reach_nodes(design.best(effects), concentration)
    best = minimize(lambda x: _loss(design, x, spread, factors)[:2], effects, jac=True, method="L-BFGS-B")
    _, _, slope = _loss(design, best.x, spread, factors)
    # One person's score, person by person: its outer product estimates the information, repeats included.
    size = len(best.x)
    person = np.repeat(np.arange(len(design.first)), np.diff(np.append(design.first, len(slope))))
    scores = np.zeros((len(design.first), size))
    for column in range(3):
        np.add.at(scores, (person, design.places[:, column]), slope)
    _, matrix = _penalty(best.x, spread, design.sizes)
    return best.x, scores.T @ scores + matrix


def _spreads(effects: Floats, covariance: Floats, sizes: tuple[int, int, int]) -> Floats:
    """Return how far hours differ from their neighbours, and weekdays and segments from the average."""
    h, w, _ = sizes
    found = []
    steps = np.diff(effects[:h])
    errors = np.diag(covariance)[:h]
    between = np.diag(covariance, 1)[: h - 1]
    found.append(steps**2 + errors[1:] + errors[:-1] - 2 * between)
    for begin, end in ((h, h + w), (h + w, len(effects))):
        found.append(effects[begin:end] ** 2 + np.diag(covariance)[begin:end])
    return np.array([np.clip(np.sqrt(part.mean()) if len(part) else _WIDEST, _NARROWEST, _WIDEST) for part in found])


def _concentration(design: _Design, effects: Floats, spread: Floats) -> float:
    best = minimize_scalar(
        lambda x: _loss(design, effects, spread, reach_nodes(design.best(effects), float(np.exp(x))))[0],
        bounds=(np.log(0.5), np.log(_ALIKE)),
        method="bounded",
        options={"xatol": 0.01},
    )
    return float(np.exp(best.x))


def _with_concentration(
    design: _Design, effects: Floats, spread: Floats, information: Floats, concentration: float, *, several: bool
) -> Parameters:
    """Add the concentration to the effects, with what its error does to theirs."""
    size, at, step = len(effects), np.log(concentration), 0.1
    covariance = np.zeros((size + 1, size + 1))
    observations = len(design.answered)
    theta = np.append(effects, at)
    if not several or concentration >= _ALIKE * 0.9:
        covariance[:size, :size] = np.linalg.inv(information)
        return Parameters(theta, covariance, observations)
    (up, up_slope, _), (middle, _, _), (down, down_slope, _) = (
        _loss(design, effects, spread, reach_nodes(design.best(effects), float(np.exp(at + shift))))
        for shift in (step, 0.0, -step)
    )
    joint = np.zeros((size + 1, size + 1))
    joint[:size, :size] = information
    joint[size, :size] = joint[:size, size] = (up_slope - down_slope) / (2 * step)
    joint[size, size] = max((up + down - 2 * middle) / step**2, 1e-3)
    covariance[:] = np.linalg.pinv(joint, hermitian=True)
    return Parameters(theta, covariance, observations)
