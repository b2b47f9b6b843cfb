"""The abandon budget: planned over the window, spent evenly, closed before it can be overdrawn.

`theta`, the risk that a new line may carry, starts from a setting and is steered by three terms: what the
abandons so far say about the model's risks here, the ratio of the budget left to the answers still to
come, and a gate that counts the calls in flight which could still be abandoned.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np

from pacing.lean import lean

# Places in the ledger.
LIMIT, START_S, PLAN_S, WINDOW_S, ANSWERED, ABANDONED, RATE, RATE_AT_S, THETA_0 = range(9)
EXPECTED, SEEN, GATED = range(9, 12)
NUMBERS = 12

LEARNED = slice(EXPECTED, GATED)
"""Places of the ledger that are worth keeping from one day to the next."""

RATE_MEMORY_S = 2400.0
"""The answer rate is that of the last forty minutes or so (tuned, 2026-11)."""

PRIOR_ABANDONS = 5.0
"""Weight of the starting theta against what was seen, in abandons: it may be wrong by half (tuned, 2026-11)."""

MEMORY_ABANDONS = 60.0
"""What was seen is forgotten after as many abandons, so that theta is known to some 13 %."""

MOST_FACTOR = 4.0
"""How far what was seen may take theta from where it started, either way."""

MOST_RATIO = 1.5
"""How much faster than evenly the budget may be spent."""

RESERVE = 0.5
"""Abandons that are planned to be left at the end of the window (tuned, 2026-11)."""

CUSHION = 2.0
"""Abandons added to both sides of the ratio of budget left to budget due, so that late in the window,
where both are small, one abandon more or less does not stop or open the floor (tuned, 2026-11)."""

SURE_SHARE = 0.5
"""Share of the answers still expected that is counted on when budget is lent early in the window: half of
the agents may leave at once, or the list may answer half as often."""

LOAN = 1.5
"""What is lent at most, in standard deviations of the window's abandons, and in proportion to what is left
of it: enough for the chance of a good day, never for a burst of wrong estimates (tuned, 2026-11)."""


def make(
    limit: float,
    start_s: float,
    window_s: float,
    rate_per_s: float,
    theta: float,
    plan_s: float | None = None,
) -> np.ndarray:
    """Return a ledger.

    Parameters
    ----------
    limit : float
        The limit on abandoned / answered by a person.
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
    ledger[LIMIT] = limit
    ledger[START_S], ledger[WINDOW_S] = start_s, window_s
    ledger[PLAN_S] = window_s if plan_s is None else plan_s
    ledger[RATE], ledger[RATE_AT_S] = rate_per_s, start_s
    ledger[THETA_0] = theta
    return ledger


@lean
def roll(ledger: np.ndarray, t_s: float) -> None:
    """Begin a new window when the old one is over."""
    while t_s >= ledger[START_S] + ledger[WINDOW_S]:
        ledger[START_S] += ledger[WINDOW_S]
        ledger[ANSWERED] = ledger[ABANDONED] = 0.0


@lean
def count_answer(ledger: np.ndarray, t_s: float) -> None:
    """A person answered."""
    roll(ledger, t_s)
    ledger[ANSWERED] += 1.0
    ledger[RATE] = rate_now(ledger, t_s) + 1.0 / RATE_MEMORY_S
    ledger[RATE_AT_S] = t_s
    if not ledger[GATED]:  # while the gate decides, abandons say nothing about theta
        theta = theta_now(ledger, t_s)
        keep = 1.0 - theta / MEMORY_ABANDONS
        ledger[EXPECTED] = ledger[EXPECTED] * keep + theta
        ledger[SEEN] *= keep


@lean
def count_abandon(ledger: np.ndarray, t_s: float) -> None:
    """A person who answered was abandoned."""
    roll(ledger, t_s)
    ledger[ABANDONED] += 1.0
    ledger[SEEN] += 1.0


@lean
def rate_now(ledger: np.ndarray, t_s: float) -> float:
    """Return answers per second, decayed to now."""
    return ledger[RATE] * exp(-max(0.0, t_s - ledger[RATE_AT_S]) / RATE_MEMORY_S)


@lean
def to_come(ledger: np.ndarray, t_s: float) -> float:
    """Return the answers still expected in this window."""
    return rate_now(ledger, t_s) * max(0.0, ledger[START_S] + ledger[PLAN_S] - t_s)


@lean
def ratio_now(ledger: np.ndarray, t_s: float) -> float:
    """Return how fast the budget should be spent, 1 being evenly; 0 when it is spent."""
    coming = to_come(ledger, t_s)
    due = ledger[LIMIT] * coming
    left = ledger[LIMIT] * ledger[ANSWERED] + due - ledger[ABANDONED] - RESERVE
    return min(MOST_RATIO, max(0.0, left + CUSHION) / (due + CUSHION))


@lean
def fair_theta(ledger: np.ndarray) -> float:
    """Return the theta that gives abandons at the limit, by what was seen here.

    A line's risk is that of the next answer, and later launches add to it: what share of the answers is
    abandoned at a theta differs by floor, by half or more. So abandons seen are compared with abandons
    expected, a gamma posterior whose prior weighs `PRIOR_ABANDONS`.
    """
    start = ledger[THETA_0]
    theta = (ledger[LIMIT] * ledger[EXPECTED] + PRIOR_ABANDONS * start) / (ledger[SEEN] + PRIOR_ABANDONS)
    return min(MOST_FACTOR * start, max(start / MOST_FACTOR, theta))


@lean
def theta_now(ledger: np.ndarray, t_s: float) -> float:
    """Return the risk that a new line may carry now."""
    return fair_theta(ledger) * ratio_now(ledger, t_s)


@lean
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
    loan = limit * SURE_SHARE * coming
    if whole > 0.0:
        loan = min(loan, LOAN * sqrt(limit * whole) * coming / whole)
    return max(0, int((limit * ledger[ANSWERED] + loan - ledger[ABANDONED]) / (1.0 - limit) + 1e-9))
