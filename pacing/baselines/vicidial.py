"""The adaptive dial levels of VICIdial: re-implemented from a description; not the original program.

A level multiplies agents into lines. Every 15 s it is moved by the mean of agents waiting minus calls
waiting, as a share of all agents; the day's drop share and a burst of drops bring it down. Lines are
placed every 2.5 s. Neither answer share nor handle time nor ring time enters. Sources of the description:
VICIdial's manual and ``docs/PREDICTIVE.txt``, http://www.vicidial.org, version 2.14.
"""

from __future__ import annotations

from math import floor as whole

import numpy as np
from numba import njit

from pacing.baselines.tracking import Tracked
from pacing.policy import Proposal
from pacing.records import PacingInput

METHODS = ("ADAPT_HARD_LIMIT", "ADAPT_AVERAGE", "ADAPT_TAPERED")
HARD_LIMIT, AVERAGE, TAPERED = range(3)

# Places of the settings, then of the state, in the array.
METHOD, AVAILABLE_ONLY, TARGET, INTENSITY_PCT, MAX_LEVEL, LIMIT_PCT, LATEST_HHMM, MIDNIGHT_S, THRESHOLD = range(9)
LEVEL, READY, WAITING, AGENTS, PRESENT, SAMPLES, SAMPLE_AT_S, PLACE_AT_S, LOOPS, DAY = range(9, 19)
CALLS_DAY, ANSWERS_DAY, DROPS_DAY, CALLS_MINUTE, DROPS_MINUTE = range(19, 24)
# The same as of the last drop statistics.
SEEN_CALLS_DAY, SEEN_DAY_PCT, SEEN_CALLS_MINUTE, SEEN_MINUTE_PCT = range(24, 28)
RING = 28

KEPT = 15
"""Samples that the level controller averages over."""
LEVEL_LOOPS, STATISTICS_LOOPS, LOOP_S = 15, 60, 1.0
PLACEMENT_S = 2.5


def make(
    method: int,
    *,
    available_only: float = 0.0,
    target: float = 0.0,
    intensity_pct: float = 0.0,
    max_level: float = 3.0,
    drop_limit_pct: float = 3.0,
    latest_hhmm: float = 2100.0,
    midnight_s: float = -9 * 3600.0,
    threshold_agents: float = 0.0,
) -> np.ndarray:
    """Return the numbers of a fresh controller at level 1.

    Parameters
    ----------
    method : int
        `HARD_LIMIT`, `AVERAGE` or `TAPERED`.
    available_only : float
        1 for the "available-only tally", else 0: lines for waiting agents only, not for those who talk.
    target : float
        The level-difference target: +1 steers to one call waiting, -1 to one agent waiting.
    intensity_pct : float
        Positive speeds rises up and damps falls.
    max_level, drop_limit_pct : float
        The bound of the level, and the day's drops in percent of answers above which the method acts.
    latest_hhmm : float
        End of the shift as a number, 21:00 being 2100.
    midnight_s : float
        When the first day began, on the clock of all times given.
    threshold_agents : float
        With fewer agents than this talking or ready, the level is 1.
    """
    numbers = np.zeros(RING + 3 * KEPT)
    numbers[: LEVEL + 1] = (
        method,
        available_only,
        target,
        intensity_pct,
        max_level,
        drop_limit_pct,
        latest_hhmm,
        midnight_s,
        threshold_agents,
        1.0,
    )
    numbers[DAY] = -1.0
    return numbers


@njit(cache=True)
def next_level(
    level: float,
    difference: float,
    agents: float,
    target: float,
    intensity_pct: float,
    max_level: float,
    method: int,
    limit_pct: float,
    calls_minute: float,
    minute_pct: float,
    calls_day: float,
    day_pct: float,
    now_hhmm: int,
    latest_hhmm: int,
    threshold: float,
    present: float,
) -> float:
    """Return the next dial level.

    Parameters
    ----------
    difference, agents : float
        Mean of ready agents minus calls waiting, and of agents logged in; in the last samples.
    calls_minute, minute_pct : float
        Calls placed in the last minute, and drops in percent of them.
    calls_day, day_pct : float
        Calls placed today, and today's drops in percent of today's answers by a person.
    threshold, present : float
        The setting, and the agents talking or ready.
    """
    wanted = difference + target
    step = wanted / agents if agents > 0.0 else 0.0
    gain = intensity_pct / 100.0 + 1.0 if step >= 0.0 else abs(intensity_pct / 100.0 - 1.0)
    level = round(level * (1.0 + step * gain), 3)
    level = max(1.0, min(level, max_level))
    if calls_minute > 20.0 and minute_pct > 50.0:
        level /= 2.0
    if calls_day > 50.0 and day_pct > limit_pct:
        if method == HARD_LIMIT:
            level = 1.0
        elif method == AVERAGE:
            level /= 2.0
        else:
            # The original subtracts the digits of the clock: 21:00 minus 20:30 is 70.
            left = latest_hhmm - now_hhmm
            if left < 0:
                level = 1.0
            elif left <= 1000:
                level *= left / 1000.0
    if threshold > present:
        level = 1.0
    return max(1.0, level)


@njit(cache=True)
def morning(numbers: np.ndarray, t_s: float) -> None:
    """Begin a day: the counts of the day are 0 again, the level stays."""
    numbers[CALLS_DAY : SEEN_MINUTE_PCT + 1] = 0.0
    numbers[SAMPLES] = numbers[LOOPS] = 0.0
    numbers[SAMPLE_AT_S] = t_s + LOOP_S
    numbers[PLACE_AT_S] = t_s
    numbers[DAY] = whole((t_s - numbers[MIDNIGHT_S]) / 86400.0)
    numbers[AGENTS] = 0.0


@njit(cache=True)
def launched(numbers: np.ndarray) -> None:
    """Count a call placed."""
    numbers[CALLS_DAY] += 1.0
    numbers[CALLS_MINUTE] += 1.0


@njit(cache=True)
def answered(numbers: np.ndarray) -> None:
    """Count a call answered by a person."""
    numbers[ANSWERS_DAY] += 1.0


@njit(cache=True)
def abandoned(numbers: np.ndarray) -> None:
    """Count a drop."""
    numbers[DROPS_DAY] += 1.0
    numbers[DROPS_MINUTE] += 1.0


@njit(cache=True)
def propose(
    numbers: np.ndarray, t_s: float, ready: int, talking: int, wrapping: int, in_flight: int, waiting: int
) -> int:
    """Return the lines to place now: 0 between two placement cycles.

    To be called after every event: between two calls the floor is taken not to have changed.
    """
    if numbers[DAY] != whole((t_s - numbers[MIDNIGHT_S]) / 86400.0):
        morning(numbers, t_s)
    while numbers[SAMPLE_AT_S] <= t_s:
        _loop(numbers, numbers[SAMPLE_AT_S])
        numbers[SAMPLE_AT_S] += LOOP_S
    numbers[READY], numbers[WAITING] = ready, waiting
    numbers[AGENTS], numbers[PRESENT] = ready + talking + wrapping, ready + talking
    if t_s < numbers[PLACE_AT_S]:
        return 0
    while numbers[PLACE_AT_S] <= t_s:
        numbers[PLACE_AT_S] += PLACEMENT_S
    level = 1.0 if numbers[THRESHOLD] > ready + talking else numbers[LEVEL]
    if numbers[AVAILABLE_ONLY] > 0.0:
        goal = talking + round(level * ready)
    else:
        goal = round(level * (ready + talking))
    return max(0, int(goal) - in_flight - waiting - talking)


@njit(cache=True)
def _loop(numbers: np.ndarray, t_s: float) -> None:
    """One turn of the controller's loop: a sample, and every so often statistics and a new level."""
    place = RING + int(numbers[SAMPLES]) % KEPT
    numbers[place], numbers[place + KEPT], numbers[place + 2 * KEPT] = numbers[READY], numbers[WAITING], numbers[AGENTS]
    numbers[SAMPLES] += 1.0
    numbers[LOOPS] += 1.0
    if numbers[LOOPS] % STATISTICS_LOOPS == 0:
        numbers[SEEN_CALLS_DAY] = numbers[CALLS_DAY]
        numbers[SEEN_DAY_PCT] = 100.0 * numbers[DROPS_DAY] / max(1.0, numbers[ANSWERS_DAY])
        numbers[SEEN_CALLS_MINUTE] = numbers[CALLS_MINUTE]
        numbers[SEEN_MINUTE_PCT] = 100.0 * numbers[DROPS_MINUTE] / max(1.0, numbers[CALLS_MINUTE])
        numbers[CALLS_MINUTE] = numbers[DROPS_MINUTE] = 0.0
    if numbers[LOOPS] % LEVEL_LOOPS != 0:
        return
    kept = min(int(numbers[SAMPLES]), KEPT)
    ready = numbers[RING : RING + kept].sum() / kept
    waiting = numbers[RING + KEPT : RING + KEPT + kept].sum() / kept
    agents = numbers[RING + 2 * KEPT : RING + 2 * KEPT + kept].sum() / kept
    if agents <= 0.0:
        return
    minute = int((t_s - numbers[MIDNIGHT_S]) / 60.0) % 1440
    numbers[LEVEL] = next_level(
        numbers[LEVEL],
        ready - waiting,
        agents,
        numbers[TARGET],
        numbers[INTENSITY_PCT],
        numbers[MAX_LEVEL],
        int(numbers[METHOD]),
        numbers[LIMIT_PCT],
        numbers[SEEN_CALLS_MINUTE],
        numbers[SEEN_MINUTE_PCT],
        numbers[SEEN_CALLS_DAY],
        numbers[SEEN_DAY_PCT],
        minute // 60 * 100 + minute % 60,
        int(numbers[LATEST_HHMM]),
        numbers[THRESHOLD],
        numbers[PRESENT],
    )


class Vicidial(Tracked):
    """VICIdial's adaptive predictive methods: re-implemented from a description; not the original program.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    **settings
        Those of `make`.

    Raises
    ------
    ValueError
        For an unknown method, or a maximum level below 1.
    """

    name = "vicidial"

    def __init__(self, *, method: str = "ADAPT_AVERAGE", max_level: float = 3.0, **settings: float) -> None:
        if method not in METHODS:
            raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
        if not max_level >= 1:
            raise ValueError(f"max_level must be at least 1, not {max_level}")
        super().__init__(make(METHODS.index(method), max_level=max_level, **settings))

    def launched(self, t_s: float) -> None:
        """Count a call placed."""
        launched(self.numbers)

    def landed(self, t_s: float, by_person: bool) -> None:
        """Count an answer."""
        if by_person:
            answered(self.numbers)

    def abandoned(self, t_s: float) -> None:
        """Count a drop."""
        abandoned(self.numbers)

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return the lines of the placement cycle that is due, if one is."""
        talking = floor.busy - floor.wrapping + floor.reserved
        launch = propose(self.numbers, floor.t_s, floor.idle, talking, floor.wrapping, floor.in_flight, floor.waiting)
        terms = {
            "level": float(self.numbers[LEVEL]),
            "ready": floor.idle,
            "talking": talking,
            "in_flight": floor.in_flight,
            "waiting": floor.waiting,
            "day_drop_share": float(self.numbers[SEEN_DAY_PCT]) / 100.0,
        }
        return Proposal(launch, terms, max(0.0, float(self.numbers[PLACE_AT_S]) - floor.t_s))
