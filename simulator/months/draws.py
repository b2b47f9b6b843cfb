"""Draws of many accounts at once, keyed by identity like those of `dialer.core.rng`, and by columns.

The same account meets the same luck on the same day, whatever a strategy does to the others; that is
what makes two strategies, or the two sides of an experiment, comparable on the same people.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

Keys = np.ndarray
"""uint64, shape (accounts,): one number for every identity."""

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SCALE = 1.0 / (1 << 53)


class Stream(IntEnum):
    """What a draw decides."""

    REACH = 1
    ABILITY = 2
    DUE_DAY = 3
    LATE = 4
    PICKS_UP = 5
    OUTCOME = 6
    TALK = 7
    CURE = 8
    SETTLES = 9
    PROMISE_DAY = 10
    KEEPS = 11
    COMPLAINS = 12
    WRAP = 13


def uniform(seed: int, stream: Stream, keys: Keys, day: int = 0, turn: int = 0) -> np.ndarray:
    """Return numbers in the open interval (0, 1), float64 of the shape of `keys`; each belongs to its identity alone.

    The generator is SplitMix64 [1]_, used as a hash of the identity.

    References
    ----------
    .. [1] G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    word = _mixed(keys ^ _word(seed))
    for part in (int(stream), day, turn):
        word = _mixed(word ^ _word(part))
    return ((word >> np.uint64(11)).astype(np.float64) + 0.5) * _SCALE


def _word(number: int) -> np.uint64:
    return np.uint64(number % (1 << 64))


def _mixed(word: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        word = word + _GOLDEN
        word = (word ^ (word >> np.uint64(30))) * _FIRST
        word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))
