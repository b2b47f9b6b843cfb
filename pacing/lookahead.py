"""Look-ahead: add a line while the chance that its answer finds nobody stays within theta.

The rule, for one line more: the mean, over three quantiles tau of the time until an answer, of
``P(idle + freed(tau + grace) - answered(tau) <= 0)``, where `freed` counts the agents who come free and
`answered` the calls in flight that are answered, each with its own chance given how long it has rung.
Agents who are known to leave before tau are in neither count. Where the floor is known to close, the chance
that an answer comes too late is taken from theta.

In the memoryless floor this attains the exact optimum within a twentieth of a point of occupancy
(`docs/pacing.md`, `pacing.optimal`).
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from pacing.answers import log_odds, share_of
from pacing.chance import EXACT_UP_TO, add_chance, binomial, freed_share, short_exact, short_normal
from pacing.lean import lean
from pacing.memory import (
    IN_FLIGHT,
    SHARE_MEAN,
    TALK_S,
    WRAP_S,
    Memory,
    chances,
    drift_now,
)
from pacing.rings import answer_chances, over_by, quantile

QUANTILES = 3

CAUTION = 0.5
"""Standard deviations by which the answer share is taken as higher than estimated: an estimate 20 % too
low doubles the abandons, one 20 % too high costs two points of occupancy."""


class Work(NamedTuple):
    """Room to work in: no decision allocates anything.

    Attributes
    ----------
    answered, freed : float64 array, shape (rows, most)
        Laws of the numbers of answers and of freed agents, a row for each quantile and one for the gate.
    top, top_freed : int64 array, shape (rows,)
        Their highest numbers that are not negligible; what the laws hold beyond means nothing.
    chance : float64 array, shape (rows, lines)
        Chances of the calls in flight.
    mean, variance : float64 array, shape (rows,)
        Of answers less freed agents.
    fresh : float64 array, shape (rows,)
        Chance of a new line.
    gone : int64 array, shape (rows, 3)
        Agents who will have left: of the idle, the talking, the wrapping.
    freeing : float64 array, shape (rows, 8)
        What `freed` was worked out from, and came to, see `_free`.
    """

    answered: np.ndarray
    freed: np.ndarray
    top: np.ndarray
    top_freed: np.ndarray
    chance: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    fresh: np.ndarray
    gone: np.ndarray
    freeing: np.ndarray


def make_work(lines: int, agents: int) -> Work:
    """Return room for so many lines and agents."""
    most, most_freed = min(lines, EXACT_UP_TO) + 2, min(agents, EXACT_UP_TO) + 2
    return Work(
        answered=np.zeros((QUANTILES + 1, most)),
        freed=np.zeros((QUANTILES + 1, most_freed)),
        top=np.zeros(QUANTILES + 1, np.int64),
        top_freed=np.zeros(QUANTILES, np.int64),
        chance=np.zeros((QUANTILES, lines + 1)),
        mean=np.zeros(QUANTILES),
        variance=np.zeros(QUANTILES),
        fresh=np.zeros(QUANTILES),
        gone=np.zeros((QUANTILES, 3), np.int64),
        freeing=np.full((QUANTILES, 8), -1.0),
    )


NOBODY = np.zeros((0, 4))
"""Nobody is known to leave."""

NEVER_S = 1e9
"""Closing time of a floor of which none is known."""


class Planned(NamedTuple):
    """What the rule asks for before the gate, with what the gate needs."""

    launch: int
    theta: float
    risk: float
    drift: float
    drift_sd: float
    coming: float


class Ready(NamedTuple):
    """What a decision begins with, once the laws of the calls in flight are set up.

    `n` calls, counted `exact` or not, against `spare` agents; `theta` is the risk that may be carried.
    """

    n: int
    exact: bool
    spare: int
    theta: float
    drift: float
    drift_sd: float
    coming: float


@lean
def plan(
    memory: Memory,
    theta: float,
    work: Work,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    waiting: int,
    most: int,
    grace_s: float,
    leaving: np.ndarray,
    closes_in_s: float,
) -> Planned:
    """Return how many lines the rule would add now.

    Parameters
    ----------
    theta : float
        The risk that one more line may carry.
    idle, talking, wrapping : int
        Agents by what they do; agents promised to a call are in none of them.
    waiting : int
        Persons who answered and have no agent yet.
    most : int
        Lines that may be added at most.
    grace_s : float
        How long a person who answered may wait.
    leaving : float64 array, shape (k, 4)
        Rows of `pacing.records.Leaving`.
    closes_in_s : float
        Seconds until nobody is there any more.
    """
    ready = prepare(memory, theta, work, t_s, idle, talking, wrapping, waiting, most, grace_s, leaving, closes_in_s)
    launch, risk = add_lines(work, ready, most)
    return Planned(launch, theta, risk, ready.drift, ready.drift_sd, ready.coming)


@lean
def prepare(
    memory: Memory,
    theta: float,
    work: Work,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    waiting: int,
    most: int,
    grace_s: float,
    leaving: np.ndarray,
    closes_in_s: float,
) -> Ready:
    """Set up the laws of the calls in flight; parameters as for `plan`."""
    drift, drift_sd = drift_now(memory, t_s)
    high = drift + CAUTION * drift_sd
    spare = idle - waiting
    n = int(memory.number[IN_FLIGHT])
    new_share = share_of(log_odds(memory.number[SHARE_MEAN]) + high)
    exact = exactly(n, most, spare, talking + wrapping)
    taus_s = (quantile(memory.live, 1 / 6), quantile(memory.live, 3 / 6), quantile(memory.live, 5 / 6))
    chances(memory, t_s, high, taus_s, work.chance)
    for row in range(QUANTILES):
        work.fresh[row] = answer_chances(new_share, 0.0, taus_s[row], memory.live, memory.dead)
    leave(work, leaving, taus_s)
    coming = count(work, n, exact, memory.number, taus_s, grace_s, talking, wrapping)
    late = 1.0 - over_by(memory.live, closes_in_s)
    return Ready(n, exact, spare, theta - late, drift, drift_sd, coming)


@lean
def exactly(n: int, most: int, spare: int, busy: int) -> bool:
    """Return whether counts are convolved exactly, for `n` calls, up to `most` more, and `busy` agents.

    `spare` is below zero when more persons wait than agents are idle: nothing is added then.
    """
    return n + max(0, min(most, 8 * (spare + 4))) <= EXACT_UP_TO and busy <= EXACT_UP_TO


@lean
def leave(work: Work, leaving: np.ndarray, taus_s: tuple[float, ...]) -> None:
    """Set up how many agents will have left by each of ``taus_s``."""
    work.gone[:] = 0
    for some in range(leaving.shape[0]):
        for row in range(QUANTILES):
            if leaving[some, 0] <= taus_s[row]:
                for doing in range(3):
                    work.gone[row, doing] += int(leaving[some, 1 + doing])


@lean
def count(
    work: Work,
    n: int,
    exact: bool,
    number: np.ndarray,
    taus_s: tuple[float, ...],
    grace_s: float,
    talking: int,
    wrapping: int,
) -> float:
    """Set up the laws and moments of every quantile from ``work.chance``; return how many will need an agent.

    Agents may come free until `grace_s` after the quantile of ``taus_s``; `number` is the memory's. Comes after
    `leave`.
    """
    coming = 0.0
    for row in range(QUANTILES):
        talks, wraps = talking - work.gone[row, 1], wrapping - work.gone[row, 2]
        free_talk, free_wrap = _free(work, row, exact, number, taus_s[row] + grace_s, talks, wraps)
        mean, variance = 0.0, 0.0
        for q in work.chance[row, :n]:
            mean += q
            variance += q * (1.0 - q)
        freed_variance = talks * free_talk * (1.0 - free_talk) + wraps * free_wrap * (1.0 - free_wrap)
        work.mean[row] = mean - (talks * free_talk + wraps * free_wrap)
        work.variance[row] = variance + freed_variance
        coming += mean / QUANTILES
    if exact:
        laws(work.answered[:QUANTILES], work.top[:QUANTILES], work.chance, n)
    return coming


@lean
def add_lines(work: Work, ready: Ready, most: int) -> tuple[int, float]:
    """Return how many lines to add, each of ``work.fresh``, and the risk with them."""
    n, exact, spare, theta = ready.n, ready.exact, ready.spare, ready.theta
    risk = _risk(exact, work, spare)
    staying = spare - work.gone[QUANTILES - 1, 0]
    launch = 0
    room = EXACT_UP_TO - n if exact else most
    while launch < most and launch < room and risk <= theta and (theta > 0.0 or n + launch < staying):
        for row in range(QUANTILES):
            fresh = work.fresh[row]
            if exact:
                work.top[row] = add_chance(work.answered[row], work.top[row], fresh)
            work.mean[row] += fresh
            work.variance[row] += fresh * (1.0 - fresh)
        launch += 1
        risk = _risk(exact, work, spare)
    return launch, risk


@lean
def laws(counts: np.ndarray, top: np.ndarray, chance: np.ndarray, n: int) -> None:
    """Fill each row of `counts` with the law of the answers among `n` calls, and `top` with where it ends.

    Row by row within each call: the rows do not wait for each other, so the processor works on all at once.
    """
    counts[:, 0] = 1.0
    top[:] = 0
    for place in range(n):
        for row in range(len(counts)):
            top[row] = add_chance(counts[row], top[row], chance[row, place])


@lean
def _free(
    work: Work, row: int, exact: bool, number: np.ndarray, window_s: float, talks: int, wraps: int
) -> tuple[float, float]:
    """Return the chances that who talks, and who wraps up, is free within `window_s`; with their law where `exact`.

    Agents change what they do, and what is known of their times, far more seldom than a decision is taken: what came
    out the last time stands until something that it depends on is another.
    """
    known = work.freeing[row]
    talk_s, wrap_s = number[TALK_S], number[WRAP_S]
    same = known[0] == window_s and known[1] == talk_s and known[2] == wrap_s and known[3] == talks
    if same and known[4] == wraps and (known[5] > 0.0 or not exact):
        return known[6], known[7]
    free_talk = freed_share(window_s, talk_s, wrap_s)
    free_wrap = 1.0 - exp(-window_s / max(wrap_s, 1e-3))
    if exact:
        work.top_freed[row] = freed_law(work.freed[row], talks, free_talk, wraps, free_wrap)
    known[0], known[1], known[2], known[3], known[4] = window_s, talk_s, wrap_s, talks, wraps
    known[5], known[6], known[7] = 1.0 if exact else 0.0, free_talk, free_wrap
    return free_talk, free_wrap


@lean
def freed_law(law: np.ndarray, talking: int, free_talk: float, wrapping: int, free_wrap: float) -> int:
    """Fill `law` with that of the number of agents who come free; return its highest number that counts."""
    top = binomial(law, talking, free_talk)
    for _ in range(wrapping):
        top = add_chance(law, top, free_wrap)
    return top


@lean
def _risk(exact: bool, work: Work, spare: int) -> float:
    """Return the mean chance that the next answer finds nobody, given the lines so far."""
    total = 0.0
    for row in range(QUANTILES):
        staying = spare - work.gone[row, 0]
        if exact:
            total += short_exact(staying, work.answered[row], work.top[row], work.freed[row], work.top_freed[row])
        else:
            total += short_normal(staying, work.mean[row], work.variance[row])
    return total / QUANTILES


@lean
def high_drift(memory: Memory, t_s: float, caution: float) -> float:
    """Return the drift of a share, taken as higher than estimated by `caution` standard deviations."""
    drift, drift_sd = drift_now(memory, t_s)
    return drift + caution * drift_sd
