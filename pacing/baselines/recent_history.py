"""Simulate recent history, as Impact Dialing did: re-implemented from a description; not the original program.

Every minute the last attempts (at most 100, of the last half hour) are drawn from again and again in a
simulation of four minutes, one for each of six ratios; the ratio with the most work whose abandons stay
within the limit is used. Draws are keyed by the number of the simulation, where the original used a
random source. Source of the description: the public repository impactdialing/impactdialing, read for its
behaviour only.
"""

from __future__ import annotations

from math import floor as whole

import numpy as np
from numba import njit

from pacing.baselines.keyed import uniform
from pacing.baselines.tracking import Tracked
from pacing.policy import Proposal
from pacing.records import PacingInput

LIMIT_SHARE, MOST_LINES, RATIO, SIMULATE_AT_S, DECIDE_AT_S, DIALLED_AT_S = range(6)
ANSWERS, ABANDONS, ATTEMPTS, SIMULATIONS = range(6, 10)
RECORDS = 10

KEPT = 100
"""Attempts kept; of each when it ended, whether a person answered, and the talk in seconds (-1: unknown)."""
RECENT_S = 1800.0
LEAST_CALLERS, LEAST_ATTEMPTS = 5, 50
STEPS = 240
RATIOS = 6
ANSWER_AFTER, OVER_AFTER, WRAP_STEPS = 10, 15, 5
"""Ring of answered and of other attempts, and wrap, in steps of one second: fixed in the original."""
SIMULATE_EVERY_S, DECIDE_EVERY_S, SILENCE_S = 60.0, 1.0, 600.0


def make(*, drop_limit_share: float = 0.03, most_lines_per_agent: float = 4.0) -> np.ndarray:
    """Return the numbers of a fresh pacer.

    Parameters
    ----------
    drop_limit_share : float
        Acceptable abandoned / answered.
    most_lines_per_agent : float
        Most calls in flight for each agent.
    """
    numbers = np.zeros(RECORDS + 3 * KEPT)
    numbers[:3] = drop_limit_share, most_lines_per_agent, 1.0
    numbers[DIALLED_AT_S] = -SILENCE_S
    return numbers


@njit(cache=True)
def morning(numbers: np.ndarray) -> None:
    """Begin a day at time 0 without recent attempts; the campaign's abandon share is kept."""
    numbers[RATIO], numbers[SIMULATE_AT_S], numbers[DECIDE_AT_S] = 1.0, 0.0, 0.0
    numbers[DIALLED_AT_S], numbers[ATTEMPTS] = -SILENCE_S, 0.0


@njit(cache=True)
def launched(numbers: np.ndarray, t_s: float) -> None:
    """A call was placed."""
    numbers[DIALLED_AT_S] = t_s


@njit(cache=True)
def finished(numbers: np.ndarray, t_s: float, by_person: bool, talk_s: float) -> None:
    """Keep an attempt that is over; `talk_s` is -1 when a person answered and got no agent."""
    place = RECORDS + 3 * (int(numbers[ATTEMPTS]) % KEPT)
    numbers[place], numbers[place + 1], numbers[place + 2] = t_s, 1.0 if by_person else 0.0, talk_s
    numbers[ATTEMPTS] += 1.0


@njit(cache=True)
def answered(numbers: np.ndarray) -> None:
    """A person answered."""
    numbers[ANSWERS] += 1.0


@njit(cache=True)
def abandoned(numbers: np.ndarray, t_s: float) -> None:
    """A person answered and got no agent."""
    numbers[ABANDONS] += 1.0
    finished(numbers, t_s, True, -1.0)


@njit(cache=True)
def simulated(callers: int, ratio: float, answer_share: float, talks: np.ndarray, key: int) -> tuple[float, float]:
    """Return the utilisation and the abandon share of one simulation.

    Parameters
    ----------
    callers : int
        Agents, all idle at first.
    ratio : float
        Lines per idle agent.
    answer_share : float
        Share of the recent attempts that a person answered.
    talks : float64 array, not empty
        Their talk in seconds.
    key : int
        What the draws are keyed by.
    """
    answering = np.zeros(STEPS + OVER_AFTER + 1, np.int64)
    ending = np.zeros(STEPS + OVER_AFTER + 1, np.int64)
    freeing = np.zeros(STEPS + 1, np.int64)
    idle, ringing, draws, answers, abandons, busy = callers, 0, 0, 0, 0, 0
    for step in range(STEPS):
        idle += freeing[step]
        ringing -= answering[step] + ending[step]
        for _ in range(answering[step]):
            answers += 1
            if idle == 0:
                abandons += 1
                continue
            idle -= 1
            talk_s = talks[int(uniform(key, 1, draws) * talks.size)]
            draws += 1
            freeing[min(STEPS, step + max(1, int(talk_s)) + WRAP_STEPS)] += 1
        for _ in range(max(0, whole(ratio * idle) - ringing)):
            ringing += 1
            if uniform(key, 2, draws) < answer_share:
                answering[step + ANSWER_AFTER] += 1
            else:
                ending[step + OVER_AFTER] += 1
            draws += 1
        busy += callers - idle
    return busy / (callers * STEPS), abandons / max(1, answers)


@njit(cache=True)
def best_ratio(numbers: np.ndarray, t_s: float, callers: int) -> float:
    """Return the simulated ratio with the most work within the limit; 1 when too little is known."""
    talks = np.zeros(KEPT)
    attempts, answers, known = 0, 0, 0
    for place in range(RECORDS, RECORDS + 3 * min(KEPT, int(numbers[ATTEMPTS])), 3):
        if t_s - numbers[place] > RECENT_S:
            continue
        attempts += 1
        if numbers[place + 1] > 0.0:
            answers += 1
            if numbers[place + 2] >= 0.0:
                talks[known] = numbers[place + 2]
                known += 1
    if callers < LEAST_CALLERS or attempts < LEAST_ATTEMPTS or known == 0:
        return 1.0
    numbers[SIMULATIONS] += 1.0
    best, most = 1.0, -1.0
    for part in range(1, RATIOS + 1):
        ratio = max(1.0, part * attempts / (RATIOS * answers))
        key = int(numbers[SIMULATIONS]) * RATIOS + part
        work, lost = simulated(callers, ratio, answers / attempts, talks[:known], key)
        if lost < numbers[LIMIT_SHARE] and work > most:
            best, most = ratio, work
    return best


@njit(cache=True)
def propose(numbers: np.ndarray, t_s: float, idle: int, busy: int, in_flight: int, waiting: int) -> int:
    """Return the lines to place now; once a second."""
    if t_s < numbers[DECIDE_AT_S]:
        return 0
    numbers[DECIDE_AT_S] = whole(t_s / DECIDE_EVERY_S + 1.0) * DECIDE_EVERY_S
    if t_s >= numbers[SIMULATE_AT_S]:
        numbers[SIMULATE_AT_S] = t_s + SIMULATE_EVERY_S
        numbers[RATIO] = best_ratio(numbers, t_s, idle + busy)
    ratio = numbers[RATIO]
    if t_s - numbers[DIALLED_AT_S] >= SILENCE_S:
        ratio = 1.0
    elif numbers[ABANDONS] > numbers[LIMIT_SHARE] * numbers[ANSWERS]:
        ratio = max(1.0, 0.75 * ratio)
    launch = whole(ratio * idle - in_flight - waiting)
    return max(0, min(launch, int(numbers[MOST_LINES] * (idle + busy)) - in_flight))


class RecentHistory(Tracked):
    """Impact Dialing's simulation of recent history: re-implemented from a description; not the original program.

    Parameters
    ----------
    **settings
        Those of `make`.
    """

    name = "recent_history"

    def __init__(self, **settings: float) -> None:
        super().__init__(make(**settings))

    def launched(self, t_s: float) -> None:
        """A call was placed."""
        launched(self.numbers, t_s)

    def landed(self, t_s: float, by_person: bool) -> None:
        """Keep an attempt that nobody answered; the others when they are over."""
        if by_person:
            answered(self.numbers)
        else:
            finished(self.numbers, t_s, False, -1.0)

    def abandoned(self, t_s: float) -> None:
        """Keep an abandoned attempt."""
        abandoned(self.numbers, t_s)

    def talked(self, t_s: float, talk_s: float) -> None:
        """Keep an attempt that reached an agent."""
        finished(self.numbers, t_s, True, talk_s)

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Return the ratio times the idle agents, less the calls that may still need one."""
        busy = floor.busy + floor.reserved
        launch = propose(self.numbers, floor.t_s, floor.idle, busy, floor.in_flight, floor.waiting)
        terms = {
            "ratio": float(self.numbers[RATIO]),
            "idle": floor.idle,
            "in_flight": floor.in_flight,
            "waiting": floor.waiting,
        }
        return Proposal(launch, terms, max(0.0, float(self.numbers[DECIDE_AT_S]) - floor.t_s))
