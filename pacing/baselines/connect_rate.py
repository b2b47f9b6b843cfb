"""The connect-rate ratio of Webitel: re-implemented from a description; not the original program.

Lines per free agent are one over the share of attempts that a person answers, in the last hour, bent by
how far the abandoned share is from its target; at the maximum it is one line per agent. Source of the
description: Webitel's documentation, page "Parameters Predictive Dialer"
(https://webitel.atlassian.net/wiki/spaces/WbtlDocEn/pages/22938041). What it leaves open is marked
"house value".
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pacing.baselines.tracking import Tracked
from pacing.policy import Proposal
from pacing.records import PacingInput

TARGET_PCT, MAX_PCT, LOAD_PCT, LEAST_ATTEMPTS, MOST_LINES, RATIO, REFRESH_AT_S = range(7)
BUCKETS = 7

KEPT = 121
REFRESH_S = 30.0
"""Statistics cover an hour and are refreshed every half minute: buckets of the hour, and the one begun."""

ATTEMPTS, ANSWERS, ABANDONS = range(3)


def make(
    *,
    target_pct: float = 2.0,
    max_pct: float = 3.0,
    load_pct: float = 10.0,
    least_attempts: float = 100.0,
    most_lines_per_agent: float = 10.0,
) -> np.ndarray:
    """Return the numbers of a fresh pacer.

    Parameters
    ----------
    target_pct, max_pct : float
        Abandons in percent of answers by a person: what is steered to (house value), and where it is one
        line per agent.
    load_pct : float
        The load factor.
    least_attempts : int
        Attempts in the last hour below which it is one line per agent (house value).
    most_lines_per_agent : float
        Bound of the ratio (house value).
    """
    numbers = np.zeros(BUCKETS + 3 * KEPT)
    numbers[:BUCKETS] = target_pct, max_pct, load_pct, least_attempts, most_lines_per_agent, 1.0, 0.0
    return numbers


@njit(cache=True)
def ratio_of(
    attempts: float, answers: float, abandon_pct: float, target_pct: float, max_pct: float, load_pct: float
) -> float:
    """Return lines per free agent, at least 1."""
    if answers <= 0.0 or abandon_pct >= max_pct:
        return 1.0
    over = attempts / answers
    error = target_pct - abandon_pct
    if error == 0.0:
        error = 0.99
    if error > 0.0:
        return max(1.0, over * (1.0 + error * load_pct / 100.0))
    return max(1.0, over * (max_pct - abandon_pct) * (100.0 + load_pct) / max_pct / 100.0)


@njit(cache=True)
def morning(numbers: np.ndarray) -> None:
    """Begin a day at time 0: the hour before it was empty."""
    numbers[BUCKETS:] = 0.0
    numbers[RATIO], numbers[REFRESH_AT_S] = 1.0, 0.0


@njit(cache=True)
def refresh(numbers: np.ndarray, t_s: float) -> None:
    """Take up the statistics of the last hour when it is time, and turn the buckets over."""
    if t_s < numbers[REFRESH_AT_S]:
        return
    first, last = int(numbers[REFRESH_AT_S] / REFRESH_S), int(t_s / REFRESH_S)
    for turn in range(max(first, last - KEPT + 1), last + 1):
        bucket = _bucket(turn * REFRESH_S)
        numbers[bucket : bucket + 3] = 0.0
    numbers[REFRESH_AT_S] = (last + 1) * REFRESH_S
    attempts = answers = abandons = 0.0
    for bucket in range(BUCKETS, BUCKETS + 3 * KEPT, 3):
        attempts += numbers[bucket + ATTEMPTS]
        answers += numbers[bucket + ANSWERS]
        abandons += numbers[bucket + ABANDONS]
    numbers[RATIO] = 1.0
    if attempts >= numbers[LEAST_ATTEMPTS]:
        abandon_pct = 100.0 * abandons / max(1.0, answers)
        ratio = ratio_of(attempts, answers, abandon_pct, numbers[TARGET_PCT], numbers[MAX_PCT], numbers[LOAD_PCT])
        numbers[RATIO] = min(ratio, max(1.0, numbers[MOST_LINES]))


@njit(cache=True)
def _bucket(t_s: float) -> int:
    return BUCKETS + 3 * (int(t_s / REFRESH_S) % KEPT)


@njit(cache=True)
def landed(numbers: np.ndarray, t_s: float, by_person: bool) -> None:
    """Count an attempt that stopped ringing."""
    refresh(numbers, t_s)
    bucket = _bucket(t_s)
    numbers[bucket + ATTEMPTS] += 1.0
    if by_person:
        numbers[bucket + ANSWERS] += 1.0


@njit(cache=True)
def abandoned(numbers: np.ndarray, t_s: float) -> None:
    """Count a person who got no agent."""
    refresh(numbers, t_s)
    numbers[_bucket(t_s) + ABANDONS] += 1.0


@njit(cache=True)
def propose(numbers: np.ndarray, t_s: float, idle: int, in_flight: int, waiting: int) -> int:
    """Return the lines to place now."""
    refresh(numbers, t_s)
    return max(0, round(numbers[RATIO] * idle) - in_flight - waiting)


class ConnectRate(Tracked):
    """Webitel's connect-rate ratio: re-implemented from a description; not the original program.

    Parameters
    ----------
    **settings
        Those of `make`.
    """

    name = "connect_rate"

    def __init__(self, **settings: float) -> None:
        super().__init__(make(**settings))

    def landed(self, t_s: float, by_person: bool) -> None:
        """Count an attempt."""
        landed(self.numbers, t_s, by_person)

    def abandoned(self, t_s: float) -> None:
        """Count an abandon."""
        abandoned(self.numbers, t_s)

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return the ratio times the idle agents, less the calls that may still need one."""
        launch = propose(self.numbers, floor.t_s, floor.idle, floor.in_flight, floor.waiting)
        terms = {
            "ratio": float(self.numbers[RATIO]),
            "idle": floor.idle,
            "in_flight": floor.in_flight,
            "waiting": floor.waiting,
        }
        return Proposal(launch, terms, max(0.0, float(self.numbers[REFRESH_AT_S]) - floor.t_s))
