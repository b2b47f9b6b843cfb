"""A rate for everybody, from much history or none: beta-binomial shrinkage.

Accounts that look alike have an expected rate `p`; their true rates are spread around it as a beta
distribution of mean `p` and strength `m`, which is estimated from the accounts themselves. `k` successes
in `n` attempts then give a beta posterior: with `n` far below `m` it is what accounts alike do, far above
it is the account's own record. (Casella 1985, "An introduction to empirical Bayes data analysis".)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln, expit, logit
from scipy.stats import beta

Floats = NDArray[np.float64]

WEAKEST, STRONGEST = 0.2, 1.0e5
"""Bounds of the strength, in attempts: accounts nothing like one another, accounts all the same."""

_EDGE = 1.0e-6


class Posterior(NamedTuple):
    """Rates of accounts: expected value, and the bounds between which the true rate is with 95 % probability."""

    mean: Floats
    low: Floats
    high: Floats


def strength(expected: Floats, tried: Floats, succeeded: Floats) -> float:
    """Return the strength under which these records are most likely.

    Parameters
    ----------
    expected : array of shape (accounts,)
        What accounts alike do.
    tried, succeeded : arrays of shape (accounts,)
        Attempts and successes of each. Somebody tried once says nothing about the spread.
    """
    many = tried > 1
    p, n, k = np.clip(expected[many], _EDGE, 1 - _EDGE), tried[many], succeeded[many]
    if not len(n):
        return STRONGEST

    def unlikelihood(log_m: float) -> float:
        a, b = np.exp(log_m) * p, np.exp(log_m) * (1 - p)
        return -float(np.sum(betaln(k + a, n - k + b) - betaln(a, b)))

    found = minimize_scalar(unlikelihood, bounds=(np.log(WEAKEST), np.log(STRONGEST)), method="bounded")
    return float(np.exp(found.x))


def posterior(expected: Floats, m: float, tried: Floats, succeeded: Floats, now: Floats) -> Posterior:
    """Return the accounts' rates.

    Parameters
    ----------
    expected : array
        What accounts alike did in the circumstances of the attempts.
    m : float
        See `strength`.
    tried, succeeded : arrays
        The accounts' own record.
    now : array
        What accounts alike do in the present circumstances. The account's odds differ from it by the
        factor by which its own record differs from `expected`.
    """
    p = np.clip(expected, _EDGE, 1 - _EDGE)
    a, b = m * p + succeeded, m * (1 - p) + tried - succeeded
    shift = logit(np.clip(now, _EDGE, 1 - _EDGE)) - logit(p)
    bounds = (np.clip(bound, _EDGE, 1 - _EDGE) for bound in (a / (a + b), beta.ppf(0.025, a, b), beta.ppf(0.975, a, b)))
    return Posterior(*(expit(logit(bound) + shift) for bound in bounds))
