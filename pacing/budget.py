"""The abandon budget: planned over the window, spent evenly, closed before it can be overdrawn.

`theta`, the risk that a new line may carry, starts from a table and is steered by three terms: a slow
integral that learns what theta gives the wished share of abandons here, the ratio of the budget left
to the answers still to come, and a gate that counts the calls in flight which could still be abandoned.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
from numba import njit

# Places in the ledger.
LIMIT, AIM, START_S, PLAN_S, WINDOW_S, ANSWERED, ABANDONED, RATE, RATE_AT_S, LOG_THETA, THETA_0 = range(11)
NUMBERS = 11

RATE_MEMORY_S = 1200.0
"""The answer rate is that of the last twenty minutes or so."""

INTEGRAL_ANSWERS = 6000.0
"""Answers after which the integral has moved theta by a factor of e, at twice the wished abandon share."""

MOST_STEER = 1.4
"""Bound of the integral, in log theta: a factor of four either way."""

MOST_RATIO = 1.5
"""How much faster than evenly the budget may be spent."""

CUSHION = 3.0
"""Abandons added to both sides of the ratio of budget left to budget due, so that late in the window,
where both are small, one abandon more or less does not stop or open the floor (tuned, 2026-11)."""

SURE_SHARE = 0.5
"""Share of the answers still expected that is counted on, less `SURE_SD` standard deviations of a count
of so many, when budget is lent early in the window: half of the agents may leave at once."""

SURE_SD = 1.65

LOAN = 1.0
"""What is lent at most, in standard deviations of the window's abandons, and in proportion to what is left
of it: enough for the chance of a good day, never for a burst of wrong estimates (tuned, 2026-11)."""


def make(
    limit: float,
    aim: float,
    start_s: float,
    window_s: float,
    rate_per_s: float,
    theta: float,
    plan_s: float | None = None,
) -> np.ndarray:
    """Return a ledger.

    Parameters
    ----------
    limit, aim : float
        The limit on abandoned / answered by a person, and the share that is aimed at, somewhat below.
    start_s, window_s : float
        When the window begins and how long it is; after it the next one begins.
    rate_per_s : float
        Answers by a person per second to be expected at first.
    theta : float
        Starting value of theta.
    plan_s : float | None
        How long of the window the floor will work; answers are expected until then. None: all of it.
    """
    ledger = np.zeros(NUMBERS)
    ledger[LIMIT], ledger[AIM] = limit, aim
    ledger[START_S], ledger[WINDOW_S] = start_s, window_s
    ledger[PLAN_S] = window_s if plan_s is None else plan_s
    ledger[RATE], ledger[RATE_AT_S] = rate_per_s, start_s
    ledger[THETA_0] = theta
    return ledger


@njit(cache=True)
def roll(ledger: np.ndarray, t_s: float) -> None:
    """Begin a new window when the old one is over."""
    while t_s >= ledger[START_S] + ledger[WINDOW_S]:
        ledger[START_S] += ledger[WINDOW_S]
        ledger[ANSWERED] = ledger[ABANDONED] = 0.0


@njit(cache=True)
def count_answer(ledger: np.ndarray, t_s: float) -> None:
    """A person answered."""
    roll(ledger, t_s)
    ledger[ANSWERED] += 1.0
    ledger[RATE] = rate_now(ledger, t_s) + 1.0 / RATE_MEMORY_S
    ledger[RATE_AT_S] = t_s
    if _steers(ledger, t_s):
        steer = ledger[LOG_THETA] + ratio_now(ledger, t_s) / INTEGRAL_ANSWERS
        ledger[LOG_THETA] = min(MOST_STEER, steer)


@njit(cache=True)
def count_abandon(ledger: np.ndarray, t_s: float) -> None:
    """A person who answered was abandoned."""
    roll(ledger, t_s)
    ledger[ABANDONED] += 1.0
    if _steers(ledger, t_s):
        steer = ledger[LOG_THETA] - 1.0 / (ledger[AIM] * INTEGRAL_ANSWERS)
        ledger[LOG_THETA] = max(-MOST_STEER, steer)


@njit(cache=True)
def _steers(ledger: np.ndarray, t_s: float) -> bool:
    """Whether abandons say something about theta now: not when the gate decides, late in the window."""
    return to_come(ledger, t_s) * ledger[AIM] > CUSHION


@njit(cache=True)
def rate_now(ledger: np.ndarray, t_s: float) -> float:
    """Return answers per second, decayed to now."""
    return ledger[RATE] * exp(-max(0.0, t_s - ledger[RATE_AT_S]) / RATE_MEMORY_S)


@njit(cache=True)
def to_come(ledger: np.ndarray, t_s: float) -> float:
    """Return the answers still expected in this window."""
    return rate_now(ledger, t_s) * max(0.0, ledger[START_S] + ledger[PLAN_S] - t_s)


@njit(cache=True)
def ratio_now(ledger: np.ndarray, t_s: float) -> float:
    """Return how fast the budget should be spent, 1 being evenly; 0 when it is spent."""
    coming = to_come(ledger, t_s)
    left = ledger[AIM] * (ledger[ANSWERED] + coming) - ledger[ABANDONED]
    if left <= 0.0:
        return 0.0
    return min(MOST_RATIO, (left + CUSHION) / (ledger[AIM] * coming + CUSHION))


@njit(cache=True)
def theta_now(ledger: np.ndarray, t_s: float) -> float:
    """Return the risk that a new line may carry now."""
    return ledger[THETA_0] * exp(ledger[LOG_THETA]) * ratio_now(ledger, t_s)


@njit(cache=True)
def allowance(ledger: np.ndarray, t_s: float) -> int:
    """Return how many more abandons the window certainly bears.

    Counted on: the answers so far and a loan on those to come. An abandon is an answer itself,
    hence the division.
    """
    limit = ledger[LIMIT]
    if limit >= 1.0:
        return 1_000_000_000
    coming = to_come(ledger, t_s)
    whole = ledger[ANSWERED] + coming
    loan = limit * max(0.0, SURE_SHARE * coming - SURE_SD * sqrt(coming))
    if whole > 0.0:
        loan = min(loan, LOAN * sqrt(limit * whole) * coming / whole)
    return max(0, int((limit * ledger[ANSWERED] + loan - ledger[ABANDONED]) / (1.0 - limit) + 1e-9))
