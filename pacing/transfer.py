"""The look-ahead rule where a robot answers first: the demand is a transfer, and comes after the robot's talk.

For a call that talks with the robot it is the rule of a ring: its own share (of those who ask for an agent),
its own two laws (until the transfer, until any other end), its age. For a call that rings, the time until a
transfer is the rest of the ring and the robot's talk after it,

    P(within tau) = p * t * sum over r > a of g(r) T(a + tau - r) / P(still rings at a)

with p and t the shares of answers and of transfers, g the density of the ring, T the law of the robot's
talk, a the age. The sum depends on laws that change once in twenty calls, so it is kept as a table by age until then.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from pacing.answers import log_odds, share_of
from pacing.gate import CAUTION as GATE_CAUTION
from pacing.gate import LONG_S, cut
from pacing.lean import lean
from pacing.lookahead import (
    CAUTION,
    QUANTILES,
    Planned,
    Ready,
    Work,
    add_lines,
    count,
    exactly,
    high_drift,
    leave,
)
from pacing.memory import IN_FLIGHT, SHARE_MEAN, Memory, chances, drift_now
from pacing.rings import BIN_S, BINS, over_by, quantile


class Ahead(NamedTuple):
    """Tables of the rule, and the laws that they are of.

    Attributes
    ----------
    tau_s : float64 array, shape (QUANTILES,)
        Horizons in seconds.
    soon : float64 array, shape (QUANTILES, BINS + 1)
        The sum above for each horizon, by age in bins.
    both : float64 array, shape (BINS + 1,)
        The law of ring and talk.
    ring, talk : float64 array, shape (BINS + 1,)
        The laws of an answered ring and of the talk before a transfer.
    ends, over : float64 array, shape (BINS,)
        Room to work in.
    """

    tau_s: np.ndarray
    soon: np.ndarray
    both: np.ndarray
    ring: np.ndarray
    talk: np.ndarray
    ends: np.ndarray
    over: np.ndarray


def make_ahead() -> Ahead:
    """Return room for the tables, of no laws yet."""
    none = np.full(BINS + 1, -1.0)
    rows = np.zeros((QUANTILES, BINS + 1))
    return Ahead(np.zeros(QUANTILES), rows, np.zeros(BINS + 1), none, none.copy(), np.zeros(BINS), np.zeros(BINS))


@lean
def look(ahead: Ahead, ring: np.ndarray, talk: np.ndarray) -> None:
    """Bring the tables up to date with the laws of an answered ring and of the talk before a transfer."""
    changed = False
    for k in range(BINS + 1):
        changed |= (ahead.ring[k] != ring[k]) | (ahead.talk[k] != talk[k])
    if not changed:
        return
    both, ends, over = ahead.both, ahead.ends, ahead.over
    for k in range(BINS + 1):
        ahead.ring[k], ahead.talk[k] = ring[k], talk[k]
    for k in range(BINS):
        ends[k] = ring[k + 1] - ring[k]
        over[k] = over_by(talk, (k + 0.5) * BIN_S)
    both[:BINS] = 0.0
    for j in range(BINS):  # rings that end in bin j
        _add(both[j + 1 : BINS], over[: BINS - j - 1], ends[j])
    both[BINS] = 1.0
    for row in range(QUANTILES):
        ahead.tau_s[row] = quantile(both, (2 * row + 1) / (2.0 * QUANTILES))
        _followed(ahead.soon[row], ends, talk, ahead.tau_s[row])


@lean
def _followed(soon: np.ndarray, ends: np.ndarray, talk: np.ndarray, horizon_s: float) -> None:
    """Fill `soon`, by age in bins: P(a ring ends after it, and a talk that follows is over within `horizon_s`)."""
    soon[:] = 0.0
    for after in range(BINS):
        left_s = horizon_s - (after + 0.5) * BIN_S
        if left_s <= 0.0:
            break
        _add(soon[: BINS - after], ends[after:], over_by(talk, left_s))


@lean
def _add(sums: np.ndarray, terms: np.ndarray, times: float) -> None:
    for k in range(sums.size):
        sums[k] += times * terms[k]


@lean
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
    ready = prepare(
        ring, robot, ahead, theta, work, t_s, idle, talking, wrapping, waiting, most, grace_s, leaving, closes_in_s
    )
    launch, risk = add_lines(work, ready, most)
    return Planned(launch, theta, risk, ready.drift, ready.drift_sd, ready.coming)


@lean
def prepare(
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
) -> Ready:
    """Set up the laws of the calls in flight; parameters as for `plan`."""
    drift, drift_sd = drift_now(ring, t_s)
    high, high_robot = drift + CAUTION * drift_sd, high_drift(robot, t_s, CAUTION)
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
    return Ready(n, exact, spare, theta - late, drift, drift_sd, coming)


@lean
def within(
    ring: Memory,
    robot: Memory,
    ahead: Ahead,
    work: Work,
    t_s: float,
    high: float,
    bears: int,
    launch: int,
    talking: int,
    wrapping: int,
    grace_s: float,
) -> int:
    """Cut `launch` as `pacing.gate.within`, with both shares taken as high; `high` is that of the `ring`."""
    rings = int(ring.number[IN_FLIGHT])
    n = rings + int(robot.number[IN_FLIGHT])
    if launch == 0 or n + launch <= bears:
        return launch
    high_robot = high_drift(robot, t_s, GATE_CAUTION)
    transfer_share = share_of(log_odds(robot.number[SHARE_MEAN]) + high_robot)
    chances(ring, t_s, high, (LONG_S,), work.chance)
    for place in range(rings):
        work.chance[0, place] *= transfer_share
    chances(robot, t_s, high_robot, (LONG_S,), work.chance[:, rings:])
    new_share = share_of(log_odds(ring.number[SHARE_MEAN]) + high) * transfer_share
    window_s = ahead.tau_s[QUANTILES - 1] + grace_s
    return cut(work, n, bears, launch, new_share, ring.number, window_s, talking, wrapping)


@lean
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
