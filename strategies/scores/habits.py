"""When an account is best called, and by what it is best contacted.

For every account and hour (or channel) the rate is shrunk towards that of the account's segment, and the
segment's towards that of all. A choice is made only where the history says with 99 % probability that it
beats the average, with the error shared out among the options, because the best of many is picked: first
the account's own record, then its segment's. Where neither is sure the starting rule holds, and the
result says so.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import beta

from strategies.scores.rates import posterior, strength

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]

RULE, SEGMENT, OWN = 0, 1, 2
"""Where a choice comes from."""

_DOUBT = 0.01


class Habit(NamedTuple):
    """By account: the index of the chosen option, below 0 for the starting rule; and where it comes from."""

    choice: Indexes
    source: Indexes


def habits(
    account: Indexes, segment_of: Indexes, segment: Indexes, option: Indexes, success: Floats, options: int
) -> Habit:
    """Return the best option of each account.

    Parameters
    ----------
    account, segment, option, success : arrays of shape (contacts,)
        Whose contact, in which segment then, with which option, and whether it succeeded (0 or 1).
        An `account` below 0 is known by its segment only.
    segment_of : array of shape (accounts,)
        The segment that each account is in now.
    options : int
        How many options there are.
    """
    segments = 1 + int(max(segment.max(initial=0), segment_of.max(initial=0)))
    n, k = (_table(segment, option, weight, segments, options) for weight in (np.ones_like(success), success))
    doubt = _DOUBT / max(1, np.count_nonzero(n.sum(axis=0)))
    level, gain, best, sure = _by_segment(n, k, doubt)
    choice = np.where(sure[segment_of], best[segment_of], -1)
    source = np.where(sure[segment_of], SEGMENT, RULE)
    own = account >= 0
    if not own.any():
        return Habit(choice, source)
    tried, succeeded = (
        np.bincount(account[own], weight[own], len(segment_of)).astype(float)
        for weight in (np.ones_like(success), success)
    )
    among = level[segment_of]
    average = posterior(among, strength(among, tried, succeeded), tried, succeeded, among).mean
    cells, cell_n, cell_k = _cells(account[own] * options + option[own], success[own])
    owner, cell = cells // options, cells % options
    gain = np.where(sure[:, None], gain, 0.0)  # what a segment is not sure of is no reason to expect anything
    expected = expit(logit(average[owner]) + gain[segment_of[owner], cell])
    m = strength(expected, cell_n, cell_k)
    a, b = m * expected + cell_k, m * (1 - expected) + cell_n - cell_k
    mean = a / (a + b)
    rival = expit(logit(average) + np.where(sure[segment_of], gain[segment_of, best[segment_of]], 0.0))
    chosen = sure[segment_of][owner] & (cell == best[segment_of][owner])
    rival[owner[chosen]] = mean[chosen]  # the own record of the segment's choice, where there is one
    wins = beta.ppf(doubt, a, b) > rival[owner]
    by_mean = np.lexsort((-cell[wins], mean[wins]))  # of several the best is written last
    choice[owner[wins][by_mean]], source[owner[wins][by_mean]] = cell[wins][by_mean], OWN
    return Habit(choice, source)


def _by_segment(n: Floats, k: Floats, doubt: float) -> tuple[Floats, Floats, Indexes, NDArray[np.bool_]]:
    """Return by segment: its rate, the gain in log-odds of each option, the best one, and whether that is sure.

    A segment is taken to be like the others, by the same factor of the odds, as far as segments are alike
    and as far as there is anything to know of the others.
    """
    level = _rate(k.sum(axis=1), n.sum(axis=1))
    others_n, others_k = n.sum(axis=0) - n, k.sum(axis=0) - k
    others_level = _rate(others_k.sum(axis=1), others_n.sum(axis=1))
    likely = expit(logit(level)[:, None] + logit(_rate(others_k, others_n)) - logit(others_level)[:, None])
    alike = strength(likely.ravel(), n.ravel(), k.ravel())
    weight = np.minimum(alike, others_n)
    a = weight * likely + level[:, None] + k
    b = weight * (1 - likely) + 1 - level[:, None] + n - k
    gain = logit(a / (a + b)) - logit(level)[:, None]
    best = gain.argmax(axis=1)
    rows = np.arange(len(n))
    return level, gain, best, beta.ppf(doubt, a[rows, best], b[rows, best]) > level


def _table(row: Indexes, column: Indexes, weight: Floats, rows: int, columns: int) -> Floats:
    return np.bincount(row * columns + column, weight, rows * columns).astype(float).reshape(rows, columns)


def _cells(keys: Indexes, success: Floats) -> tuple[Indexes, Floats, Floats]:
    found, place = np.unique(keys, return_inverse=True)
    return found, np.bincount(place).astype(float), np.bincount(place, success).astype(float)


def _rate(k: Floats, n: Floats) -> Floats:
    """Return the rates, drawn a little towards a half, so that nothing tried is neither certain nor impossible."""
    return (k + 0.5) / (n + 1)
