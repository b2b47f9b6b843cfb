"""The look-ahead rule where a robot answers first: the demand is a transfer, and comes after the robot's talk.

For a call that talks with the robot it is the rule of a ring: its own share (of those who ask for an agent),
its own two laws (until the transfer, until any other end), its age. For a call that rings, the time until a
transfer is the rest of the ring and the robot's talk after it,

    P(within tau) = p * t * sum over r > a of g(r) T(a + tau - r) / P(still rings at a)

with p and t the shares of answers and of transfers, g the density of the ring, T the law of the robot's
talk, a the age. The sum depends on laws that change once in twenty calls, so it is kept as a table by age.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np
from numba import njit

from pacing.answers import log_odds, share_of
from pacing.lookahead import (
    CAUTION,
    GATE_CAUTION,
    LONG_S,
    QUANTILES,
    Planned,
    Work,
    add_lines,
    count,
    cut,
    exactly,
    leave,
)
from pacing.memory import IN_FLIGHT, SHARE_MEAN, Memory, chances, drift_now
from pacing.rings import BIN_S, BINS, over_by, quantile


class Ahead(NamedTuple):
    """Horizons in seconds, shape (`QUANTILES`,); the sum above for each, by age in bins; the law of ring and talk."""

    tau_s: np.ndarray
    soon: np.ndarray
    both: np.ndarray


def make_ahead() -> Ahead:
    """Return room for the tables."""
    return Ahead(np.zeros(QUANTILES), np.zeros((QUANTILES, BINS + 1)), np.zeros(BINS + 1))


@njit(cache=True)
def look(ahead: Ahead, ring: np.ndarray, talk: np.ndarray) -> None:
    """Bring the tables up to date with the laws of an answered ring and of the talk before a transfer."""
    both = ahead.both
    for k in range(BINS):
        both[k] = _followed(ring, talk, 0, k * BIN_S)
    both[BINS] = 1.0
    for row in range(QUANTILES):
        ahead.tau_s[row] = quantile(both, (2 * row + 1) / (2.0 * QUANTILES))
        for k in range(BINS + 1):
            ahead.soon[row, k] = _followed(ring, talk, k, ahead.tau_s[row])


@njit(cache=True)
def _followed(ring: np.ndarray, talk: np.ndarray, age: int, horizon_s: float) -> float:
    """P(a ring ends after `age` bins, and a talk that follows it is over within `horizon_s` from that age)."""
    chance = 0.0
    for j in range(age, BINS):
        left_s = horizon_s - (j - age + 0.5) * BIN_S
        if left_s <= 0.0:
            break
        chance += (ring[j + 1] - ring[j]) * over_by(talk, left_s)
    return chance


@njit(cache=True)
def plan(
    ring: Memory,
    robot: Memory,
    ahead: Ahead,
    theta: float,
    work: Work,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    waiting: int,
    most: int,
    grace_s: float,
    leaving: np.ndarray,
    closes_in_s: float,
) -> Planned:
    """Return how many lines the rule would add now. As `pacing.lookahead.plan`, with the calls at the `robot`."""
    drift, drift_sd = drift_now(ring, t_s)
    high, high_robot = drift + CAUTION * drift_sd, _high(robot, t_s, CAUTION)
    spare = idle - waiting
    n = int(ring.number[IN_FLIGHT] + robot.number[IN_FLIGHT])
    transfer_share = share_of(log_odds(robot.number[SHARE_MEAN]) + high_robot)
    new_share = share_of(log_odds(ring.number[SHARE_MEAN]) + high) * transfer_share
    exact = exactly(n, most, spare, talking + wrapping)
    taus_s = (ahead.tau_s[0], ahead.tau_s[1], ahead.tau_s[2])
    _rung(ring, t_s, high, ahead.soon, transfer_share, work.chance)
    chances(robot, t_s, high_robot, taus_s, work.chance[:, int(ring.number[IN_FLIGHT]) :])
    for row in range(QUANTILES):
        work.fresh[row] = new_share * ahead.soon[row, 0]
    leave(work, leaving, taus_s)
    coming = count(work, n, exact, ring.number, taus_s, grace_s, talking, wrapping)
    late = 1.0 - over_by(ahead.both, closes_in_s)
    launch, risk = add_lines(work, theta - late, n, exact, spare, most)
    return Planned(launch, theta, risk, drift, drift_sd, coming)


@njit(cache=True)
def within(
    ring: Memory,
    robot: Memory,
    ahead: Ahead,
    work: Work,
    t_s: float,
    bears: int,
    launch: int,
    talking: int,
    wrapping: int,
    grace_s: float,
) -> int:
    """Cut `launch` as `pacing.lookahead.within`, with both shares taken as high."""
    rings = int(ring.number[IN_FLIGHT])
    n = rings + int(robot.number[IN_FLIGHT])
    if launch == 0 or n + launch <= bears:
        return launch
    high, high_robot = _high(ring, t_s, GATE_CAUTION), _high(robot, t_s, GATE_CAUTION)
    transfer_share = share_of(log_odds(robot.number[SHARE_MEAN]) + high_robot)
    chances(ring, t_s, high, (LONG_S,), work.chance)
    work.chance[0, :rings] *= transfer_share
    chances(robot, t_s, high_robot, (LONG_S,), work.chance[:, rings:])
    new_share = share_of(log_odds(ring.number[SHARE_MEAN]) + high) * transfer_share
    window_s = ahead.tau_s[QUANTILES - 1] + grace_s
    return cut(work, n, bears, launch, new_share, ring.number, window_s, talking, wrapping)


@njit(cache=True)
def _high(memory: Memory, t_s: float, caution: float) -> float:
    """Return the drift of a share, taken as higher than estimated by `caution` standard deviations."""
    drift, drift_sd = drift_now(memory, t_s)
    return drift + caution * drift_sd


@njit(cache=True)
def _rung(ring: Memory, t_s: float, high: float, soon: np.ndarray, transfer_share: float, out: np.ndarray) -> None:
    """Fill `out` with the chance of every call that rings to be transferred within the horizon of each row."""
    for place in range(int(ring.number[IN_FLIGHT])):
        odds = exp(ring.prior[place] + high)
        age_s = t_s - ring.launch_s[place]
        still = odds * (1.0 - over_by(ring.live, age_s)) + 1.0 - over_by(ring.dead, age_s)
        age = age_s / BIN_S
        k = min(BINS - 1, int(age))
        weight = odds * transfer_share / still if still > 1e-12 * (1.0 + odds) and age < BINS else 0.0
        for row in range(QUANTILES):
            rise = soon[row, k] + (age - k) * (soon[row, k + 1] - soon[row, k])
            out[row, place] = min(1.0, weight * rise)
