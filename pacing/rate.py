"""Calls per second: how many may be launched now, given the launches of the last second."""

from __future__ import annotations

from math import floor as whole
from typing import NamedTuple

import numpy as np

from pacing.lean import lean

_FIRST, _SIZE = 0, 1

NO_WAIT = -1.0
"""There was room for all."""


class Rate(NamedTuple):
    """The latest launches, at most one burst.

    Attributes
    ----------
    span_s : float64 array, shape (1,)
        How long a launch counts.
    launches_s : float64 array, shape (burst,)
        When the launches were, as a ring.
    ends : int64 array, shape (2,)
        Place of the oldest one, and how many there are.
    """

    span_s: np.ndarray
    launches_s: np.ndarray
    ends: np.ndarray


def make(calls_per_s: float) -> Rate:
    """Return an account of `calls_per_s` on average; `ValueError` when it is not positive.

    A burst of one second's worth may go at once; at slower rates than one a second, one call per 1/rate.
    """
    if not calls_per_s > 0:
        raise ValueError(f"calls_per_s must be positive, not {calls_per_s}")
    burst = max(1, whole(calls_per_s))
    return Rate(np.array([burst / calls_per_s]), np.zeros(burst), np.zeros(2, np.int64))


def kept(rate: Rate) -> list[float]:
    """Return the launches that still count, the oldest first."""
    first, size = rate.ends
    return np.roll(rate.launches_s, -first)[:size].tolist()


def load(rate: Rate, launches_s: list[float]) -> None:
    """Take up what `kept` returned."""
    rate.launches_s[: len(launches_s)] = launches_s
    rate.ends[:] = 0, len(launches_s)


@lean
def launched(rate: Rate, t_s: float) -> None:
    """Count a launch."""
    burst, ends = rate.launches_s.size, rate.ends
    if ends[_SIZE] == burst:
        ends[_FIRST] = (ends[_FIRST] + 1) % burst
        ends[_SIZE] -= 1
    rate.launches_s[(ends[_FIRST] + ends[_SIZE]) % burst] = t_s
    ends[_SIZE] += 1


@lean
def cut(rate: Rate, t_s: float, launch: int) -> tuple[int, float]:
    """Return how many of `launch` calls may go now, and when there is room for one more, in seconds or `NO_WAIT`."""
    launches_s, ends, span_s = rate.launches_s, rate.ends, rate.span_s[0]
    # A nanosecond's grace: adding the wait to the clock may round to just before the end of the span.
    while ends[_SIZE] > 0 and t_s - launches_s[ends[_FIRST]] >= span_s - 1e-9:
        ends[_FIRST] = (ends[_FIRST] + 1) % launches_s.size
        ends[_SIZE] -= 1
    room = launches_s.size - ends[_SIZE]
    if launch <= room:
        return launch, NO_WAIT
    # Room for one more comes when the oldest launch, perhaps one of those placed now, is a span ago.
    return room, span_s - (t_s - launches_s[ends[_FIRST]] if ends[_SIZE] > 0 else 0.0)
