"""What the look-ahead policy remembers: calls in flight, ring laws, answer share, talk and wrap.

Everything lies in arrays, so that the compiled floor of the benchmarks and the live pacer run the very
same functions. Bounded: the size depends on the lines, never on how many calls there were.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

from pacing import rings
from pacing.rings import learn, over_by, relaw

# Places in `Memory.number`, each a single number that changes.
IN_FLIGHT, DRIFT, DRIFT_VAR, DRIFT_AT_S, TALK_S, TALK_WEIGHT, WRAP_S, WRAP_WEIGHT = range(8)
SHARE_MEAN, RELAW_IN = range(8, 10)
NUMBERS = 10

DRIFT_PER_HOUR = 0.25
"""Standard deviation of the drift of the answer share, in log-odds per square root of an hour: about the
slope of published hour profiles (PhoneBurner, Bell Canada; `docs/pacing.md`)."""

DRIFT_START = 0.5
"""Standard deviation of the answer share before the first call, in log-odds: wrong by half is common."""

FORGET_RING = 1.0 - 1.0 / 4000.0
"""Ring laws remember some thousand calls: they change with the carrier, not with the hour."""

FORGET_HANDLE = 1.0 - 1.0 / 300.0
"""Talk and wrap remember some hundred calls."""


class Memory(NamedTuple):
    """The arrays. `launch_s`, `prior`: of calls in flight, the first ``number[IN_FLIGHT]`` places count."""

    number: np.ndarray
    live_counts: np.ndarray
    live: np.ndarray
    dead_counts: np.ndarray
    dead: np.ndarray
    launch_s: np.ndarray
    prior: np.ndarray


def make(
    lines: int, *, answer_share: float, talk_s: float, wrap_s: float, live: np.ndarray, dead: np.ndarray
) -> Memory:
    """Return a memory with its starting beliefs, for at most `lines` calls in flight."""
    number = np.zeros(NUMBERS)
    number[DRIFT_VAR] = DRIFT_START**2
    number[DRIFT_AT_S] = np.nan
    number[TALK_S], number[TALK_WEIGHT] = talk_s, 20.0
    number[WRAP_S], number[WRAP_WEIGHT] = wrap_s, 20.0
    number[SHARE_MEAN] = answer_share
    return Memory(
        number,
        rings.counts_of(live),
        live.copy(),
        rings.counts_of(dead),
        dead.copy(),
        np.zeros(lines),
        np.zeros(lines),
    )


@njit(cache=True)
def log_odds(share: float) -> float:
    """Return ``log(share / (1 - share))``, with the share kept off 0 and 1."""
    kept = min(max(share, 1e-4), 1.0 - 1e-4)
    return log(kept / (1.0 - kept))


@njit(cache=True)
def share_of(odds: float) -> float:
    """Return the share that belongs to log-odds."""
    return 1.0 / (1.0 + exp(-odds))


@njit(cache=True)
def launched(memory: Memory, t_s: float, answer_share: float) -> int:
    """Add a call in flight and return its place."""
    n = int(memory.number[IN_FLIGHT])
    memory.launch_s[n] = t_s
    memory.prior[n] = log_odds(answer_share)
    memory.number[IN_FLIGHT] = n + 1
    memory.number[SHARE_MEAN] += 0.02 * (answer_share - memory.number[SHARE_MEAN])
    return n


@njit(cache=True)
def landed(memory: Memory, place: int, t_s: float, by_person: bool, learns: bool) -> int:
    """Take a call out of flight: a person answered (`by_person`) or nobody will.

    Returns the place from which another call was moved into the gap, -1 when none was. With `learns`
    false nothing is learned: the end was ours, or the trunk's, and says nothing about people.
    """
    n = int(memory.number[IN_FLIGHT]) - 1
    if learns:
        _learn_share(memory, t_s, share_of(memory.prior[place] + memory.number[DRIFT]), by_person)
        age_s = t_s - memory.launch_s[place]
        if by_person:
            learn(memory.live_counts, memory.live, age_s, FORGET_RING)
        else:
            learn(memory.dead_counts, memory.dead, age_s, FORGET_RING)
        memory.number[RELAW_IN] -= 1.0
        if memory.number[RELAW_IN] < 0.0:
            memory.number[RELAW_IN] = 20.0
            relaw(memory.live_counts, memory.live)
            relaw(memory.dead_counts, memory.dead)
    memory.number[IN_FLIGHT] = n
    if place == n:
        return -1
    memory.launch_s[place] = memory.launch_s[n]
    memory.prior[place] = memory.prior[n]
    return n


@njit(cache=True)
def _learn_share(memory: Memory, t_s: float, share: float, answered: bool) -> None:
    """One step of an extended Kalman filter on the log-odds drift.

    A test for sudden changes on single calls does more harm than good: answers come after ten seconds of
    ringing and failures after twenty-five, so surprises come in runs even when nothing has changed.
    """
    number = memory.number
    number[DRIFT_VAR] = _drifted(number, t_s)
    number[DRIFT_AT_S] = t_s
    information = share * (1.0 - share)
    error = (1.0 if answered else 0.0) - share
    number[DRIFT_VAR] = 1.0 / (1.0 / number[DRIFT_VAR] + information)
    number[DRIFT] += number[DRIFT_VAR] * error


@njit(cache=True)
def _drifted(number: np.ndarray, t_s: float) -> float:
    """Return the variance of the drift now: it grows while nothing is heard, a night makes it a new guess."""
    if number[DRIFT_AT_S] != number[DRIFT_AT_S]:  # nothing heard yet
        return number[DRIFT_VAR]
    return min(1.0, number[DRIFT_VAR] + DRIFT_PER_HOUR**2 * max(0.0, t_s - number[DRIFT_AT_S]) / 3600.0)


@njit(cache=True)
def drift_now(memory: Memory, t_s: float) -> tuple[float, float]:
    """Return the log-odds drift with what the rings in the air already say, and its standard deviation.

    A call that has rung for long is evidence before it ends: its likelihood of ringing still is
    ``share * (1 - live) + (1 - share) * (1 - dead)`` against the same with another share.
    """
    number = memory.number
    drift, variance = number[DRIFT], _drifted(number, t_s)
    slope, information = 0.0, 0.0
    for place in range(int(number[IN_FLIGHT])):
        age_s = t_s - memory.launch_s[place]
        still_live, still_dead = 1.0 - over_by(memory.live, age_s), 1.0 - over_by(memory.dead, age_s)
        odds = exp(memory.prior[place] + drift)
        still = odds * still_live + still_dead
        if still > 1e-9 * (1.0 + odds):
            step = odds * (still_live - still_dead) / ((1.0 + odds) * still)
            slope += step
            information += step * step
    variance = 1.0 / (1.0 / variance + information)
    return drift + variance * slope, sqrt(variance)


@njit(cache=True)
def talked(memory: Memory, talk_s: float) -> None:
    """Learn from a finished talk."""
    _average(memory.number, TALK_S, TALK_WEIGHT, talk_s)


@njit(cache=True)
def wrapped(memory: Memory, wrap_s: float) -> None:
    """Learn from a finished wrap."""
    _average(memory.number, WRAP_S, WRAP_WEIGHT, wrap_s)


@njit(cache=True)
def _average(number: np.ndarray, value: int, weight: int, x: float) -> None:
    number[weight] = number[weight] * FORGET_HANDLE + 1.0
    number[value] += (x - number[value]) / number[weight]


@njit(cache=True)
def chances(memory: Memory, t_s: float, drift: float, horizons_s: tuple[float, ...], out: np.ndarray) -> None:
    """Fill ``out[row]`` with the chance of every call in flight to be answered within ``horizons_s[row]`` from now.

    As `rings.answer_chances`, with what the rows have in common worked out once.
    """
    for place in range(int(memory.number[IN_FLIGHT])):
        odds = exp(memory.prior[place] + drift)
        age_s = t_s - memory.launch_s[place]
        live = over_by(memory.live, age_s)
        still = odds * (1.0 - live) + 1.0 - over_by(memory.dead, age_s)
        weight = odds / still if still > 1e-12 * (1.0 + odds) else 0.0
        for row in range(len(horizons_s)):
            out[row, place] = weight * (over_by(memory.live, age_s + horizons_s[row]) - live)
