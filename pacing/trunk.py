"""Whether the trunk carries calls: told from a list that answers less, by what follows one call after another.

Two ways to fail. It *refuses*: call after call ends at once, by the trunk's own word or because hardly any
ring is as short, and none of those placed in between rings on. It is *silent*: calls ring
out as always, but nobody and nothing picks up any more, for more answers than any bad luck withholds. A list
that answers less, however much less, still has an answer now and then, and each one ends the run. If answers are still
missing after the first one, it was the list, and what the run taught is learned after all.

A test on the share of single ends would fail here: answers come after ten seconds of ringing and failures
after twenty-five, so surprises come in runs even when nothing has changed.
"""

from __future__ import annotations

from math import log

import numpy as np
from numba import njit

from pacing.lean import lean

WORKS, REFUSES, SILENT = range(3)
"""States."""

PERSON, MACHINE, NOBODY, REFUSED, OURS = range(5)
"""How a call in flight can end: picked up by a person or a machine, not picked up, not carried by the trunk,
or ended by us, which says nothing about anybody."""

# Places in the watch.
STATE, RUN_S, REFUSALS, REFUSAL_AGE_S, MISSED, CLEAN_S, ON_TRIAL, LAUNCH_S, WATCHED = range(9)
NUMBERS = 9

NO_NEWS, FAILED, WAS_LIST = range(3)
"""What an end can tell: nothing new, that the trunk fails, that what was taken for that was the list."""

MOST_REFUSALS = 5
"""So many in a row are a failure: by chance one in 100,000 where the trunk refuses a tenth of all calls."""

AT_ONCE_S, RARE = 3.0, 0.1
"""A call that nobody answered ended at once when its ring was shorter than this and than nine in ten."""

MOST_MISSED = 10.0
"""Answers that may be missing in a row: by chance one run in 22,000 is as long."""

MOST_MISSED_ON_TRIAL = 2.0
"""The same after a silence has ended: by chance one run in seven is as long."""

PROBE_S = 5.0
"""While the trunk refuses calls, one is tried every so many seconds (house value, 2026-11)."""


@njit(cache=True)
def make(watched: bool) -> np.ndarray:
    """Return a watch on a trunk that works; one that is not `watched` always does."""
    watch = np.zeros(NUMBERS)
    watch[CLEAN_S] = watch[LAUNCH_S] = -np.inf
    watch[WATCHED] = watched
    return watch


@lean
def landed(
    watch: np.ndarray, how: int, t_s: float, launch_s: float, share: float, shorter: float, ringing_s: np.ndarray
) -> int:
    """Take in how a call ended; return `NO_NEWS`, `FAILED` or `WAS_LIST`.

    Parameters
    ----------
    how : int
        `PERSON`, `MACHINE`, `NOBODY`, `REFUSED` or `OURS`.
    launch_s : float
        When the call was placed.
    share : float
        The chance of an answer that it had, as estimated before the present run of failures.
    shorter : float
        Share of unanswered rings that are shorter than its own.
    ringing_s : float64 array
        When the calls that still ring were placed.
    """
    if how == OURS or watch[WATCHED] == 0.0:
        return NO_NEWS
    picked_up = how in (PERSON, MACHINE)
    if how == REFUSED or (how == NOBODY and t_s - launch_s < AT_ONCE_S and shorter < RARE):
        return _refused(watch, t_s, launch_s, ringing_s)
    if launch_s >= watch[RUN_S]:
        watch[REFUSALS] = 0.0
        if watch[STATE] == REFUSES:
            watch[STATE] = WORKS
    if picked_up:
        watch[MISSED] = watch[ON_TRIAL] = 0.0
        if watch[STATE] == SILENT:
            watch[STATE], watch[CLEAN_S], watch[ON_TRIAL] = WORKS, launch_s, 1.0
    elif launch_s > watch[CLEAN_S]:
        watch[MISSED] -= log(1.0 - share)
        if watch[ON_TRIAL] > 0.0 and watch[MISSED] > MOST_MISSED_ON_TRIAL:
            watch[ON_TRIAL] = 0.0
            return WAS_LIST
        if watch[STATE] == WORKS and watch[MISSED] > MOST_MISSED:
            watch[STATE], watch[CLEAN_S] = SILENT, np.inf
            return FAILED
    return NO_NEWS


@lean
def _refused(watch: np.ndarray, t_s: float, launch_s: float, ringing_s: np.ndarray) -> int:
    """Count a refusal; what was placed since the first one and rings on ends the run."""
    if watch[REFUSALS] == 0.0:
        watch[RUN_S] = launch_s
    watch[REFUSALS] += 1.0
    watch[REFUSAL_AGE_S] = t_s - launch_s
    if watch[STATE] == REFUSES or watch[REFUSALS] < MOST_REFUSALS:
        return NO_NEWS
    if rings_on(watch, t_s, ringing_s):
        watch[REFUSALS] = 0.0
        return NO_NEWS
    together = 0
    for since_s in ringing_s:
        together += since_s >= watch[RUN_S]
    if together > watch[REFUSALS]:  # and most may yet ring on
        return NO_NEWS
    watch[STATE] = REFUSES
    return FAILED


@lean
def rings_on(watch: np.ndarray, t_s: float, ringing_s: np.ndarray) -> bool:
    """Return whether a call placed since the first refusal rings for longer than refusals take."""
    until_s = t_s - 1.5 * watch[REFUSAL_AGE_S] - 0.5
    found = False
    for since_s in ringing_s:
        found |= watch[RUN_S] <= since_s <= until_s
    return found


@lean
def teaches(watch: np.ndarray, how: int, launch_s: float) -> bool:
    """Return whether an end says something about people: not one of a call that the trunk may have lost."""
    return how <= NOBODY and watch[STATE] == WORKS and launch_s > watch[CLEAN_S]


@lean
def most(watch: np.ndarray, t_s: float, spare: int, lines: int, ringing_s: np.ndarray) -> int:
    """Return how many lines may be added at most: `lines` on a trunk that works, probing calls on another.

    `spare` is the idle agents less the persons who wait. A silent trunk gets one line for each agent, one that
    refuses a call every `PROBE_S`, until one of these rings on.
    """
    if watch[STATE] == SILENT:
        return max(0, min(lines, spare - ringing_s.size))
    if watch[STATE] == REFUSES and not rings_on(watch, t_s, ringing_s):
        return min(lines, 1) if t_s >= watch[LAUNCH_S] + PROBE_S else 0
    return lines
