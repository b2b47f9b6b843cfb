"""Look-ahead: add a line while the chance that its answer finds nobody stays within theta.

The rule, for one line more: the mean, over three quantiles tau of the time until an answer, of
``P(idle + freed(tau + grace) - answered(tau) <= 0)``, where `freed` counts the agents who come free and
`answered` the calls in flight that are answered, each with its own chance given how long it has rung.
In the memoryless floor this attains the exact optimum within a twentieth of a point of occupancy
(`docs/pacing.md`, `pacing.optimal`).
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np
from numba import njit

from pacing import budget
from pacing.chance import EXACT_UP_TO, add_chance, freed_share, short_normal
from pacing.memory import (
    IN_FLIGHT,
    SHARE_MEAN,
    TALK_S,
    WRAP_S,
    Memory,
    chances,
    drift_now,
    log_odds,
    share_of,
)
from pacing.rings import answer_chances, quantile

QUANTILES = 3
CAUTION = 0.5
"""Standard deviations by which the answer share is taken as higher than estimated: an estimate 20 % too
low doubles the abandons, one 20 % too high costs two points of occupancy."""

GATE_ODDS = 0.7
"""The gate takes answer shares as higher by this much in log-odds, about twice as likely."""

GATE_RISK = 5e-4
"""Chance, at one decision and with those shares, that the calls in flight overdraw the window."""


class Work(NamedTuple):
    """Room to work in: no decision allocates anything."""

    answered: np.ndarray
    freed: np.ndarray
    chance: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    fresh: np.ndarray


def make_work(lines: int, agents: int) -> Work:
    """Return room for so many lines and agents."""
    most = min(lines, EXACT_UP_TO) + 2
    rows = [np.zeros(QUANTILES) for _ in range(3)]
    return Work(np.zeros((QUANTILES + 1, most)), np.zeros((QUANTILES, agents + 2)), np.zeros(lines + 1), *rows)


class Planned(NamedTuple):
    """What the rule asks for before the gate, with what the gate needs."""

    launch: int
    theta: float
    risk: float
    drift: float
    drift_sd: float
    coming: float


class Chosen(NamedTuple):
    """A decision with the numbers that it came from."""

    launch: int
    theta: float
    risk: float
    share: float
    share_sd: float
    coming: float
    allowance: int
    gated: int


@njit(cache=True)
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
    """
    drift, drift_sd = drift_now(memory, t_s)
    high = drift + CAUTION * drift_sd
    spare = idle - waiting
    n = int(memory.number[IN_FLIGHT])
    new_share = share_of(log_odds(memory.number[SHARE_MEAN]) + high)
    exact = exactly(n, most, spare, talking + wrapping)
    coming = 0.0
    for row in range(QUANTILES):
        tau_s = quantile(memory.live, (2 * row + 1) / (2.0 * QUANTILES))
        work.fresh[row] = answer_chances(new_share, 0.0, tau_s, memory.live, memory.dead)
        chances(memory, t_s, high, tau_s, work.chance)
        coming += fill_row(work, row, n, exact, memory.number, tau_s + grace_s, talking, wrapping) / QUANTILES
    launch, risk = add_lines(work, theta, n, exact, spare, talking + wrapping, most)
    return Planned(launch, theta, risk, drift, drift_sd, coming)


@njit(cache=True)
def exactly(n: int, most: int, spare: int, busy: int) -> bool:
    """Return whether counts are convolved exactly, for `n` calls, up to `most` more, and `busy` agents.

    `spare` is below zero when more persons wait than agents are idle: nothing is added then.
    """
    return n + max(0, min(most, 8 * (spare + 4))) <= EXACT_UP_TO and busy <= EXACT_UP_TO


@njit(cache=True)
def fill_row(
    work: Work, row: int, n: int, exact: bool, number: np.ndarray, window_s: float, talking: int, wrapping: int
) -> float:
    """Set up the counts of one quantile from ``work.chance``; return the mean number who need an agent.

    `window_s` is the time in which agents may come free, `number` the memory's.
    """
    free_talk = freed_share(window_s, number[TALK_S], number[WRAP_S])
    free_wrap = 1.0 - exp(-window_s / max(number[WRAP_S], 1e-3))
    if exact:
        _law(work.answered[row], work.chance, n)
        _freed_law(work.freed[row], talking, free_talk, wrapping, free_wrap)
    mean, variance = 0.0, 0.0
    for place in range(n):
        q = work.chance[place]
        mean += q
        variance += q * (1.0 - q)
    freed_variance = talking * free_talk * (1.0 - free_talk) + wrapping * free_wrap * (1.0 - free_wrap)
    work.mean[row] = mean - (talking * free_talk + wrapping * free_wrap)
    work.variance[row] = variance + freed_variance
    return mean


@njit(cache=True)
def add_lines(work: Work, theta: float, n: int, exact: bool, spare: int, busy: int, most: int) -> tuple[int, float]:
    """Return how many lines to add, each of ``work.fresh``, and the risk with them."""
    risk = _risk(exact, work, spare, n, busy)
    launch = 0
    room = EXACT_UP_TO - n if exact else most
    while launch < most and launch < room and risk <= theta and (theta > 0.0 or n + launch < spare):
        for row in range(QUANTILES):
            fresh = work.fresh[row]
            if exact:
                add_chance(work.answered[row], n + launch, fresh)
            work.mean[row] += fresh
            work.variance[row] += fresh * (1.0 - fresh)
        launch += 1
        risk = _risk(exact, work, spare, n + launch, busy)
    return launch, risk


@njit(cache=True)
def choose(
    memory: Memory,
    ledger: np.ndarray,
    work: Work,
    t_s: float,
    idle: int,
    talking: int,
    wrapping: int,
    waiting: int,
    most: int,
    grace_s: float,
) -> Chosen:
    """Return how many lines to add now: the rule with the budget's theta, cut by the gate. As `plan`."""
    theta = budget.theta_now(ledger, t_s)
    planned = plan(memory, theta, work, t_s, idle, talking, wrapping, waiting, most, grace_s)
    bears = budget.allowance(ledger, t_s)
    if bears > 0:
        launch = within(memory, work, t_s, idle - waiting + bears, planned.launch)
    else:  # the budget is gone: one line for each agent, whatever the chances
        launch = max(0, min(planned.launch, idle - waiting - int(memory.number[IN_FLIGHT])))
    share = share_of(log_odds(memory.number[SHARE_MEAN]) + planned.drift)
    gated = planned.launch - launch
    return Chosen(launch, theta, planned.risk, share, planned.drift_sd, planned.coming, bears, gated)


@njit(cache=True)
def _law(law: np.ndarray, chance: np.ndarray, n: int) -> None:
    law[:] = 0.0
    law[0] = 1.0
    for place in range(n):
        add_chance(law, place, chance[place])


@njit(cache=True)
def _freed_law(law: np.ndarray, talking: int, free_talk: float, wrapping: int, free_wrap: float) -> None:
    law[:] = 0.0
    law[0] = 1.0
    for agent in range(talking):
        add_chance(law, agent, free_talk)
    for agent in range(wrapping):
        add_chance(law, talking + agent, free_wrap)


@njit(cache=True)
def _risk(exact: bool, work: Work, spare: int, n: int, busy: int) -> float:
    """Return the mean chance that the next answer finds nobody, given the lines so far."""
    total = 0.0
    for row in range(QUANTILES):
        if exact:
            total += _short(work.answered[row], n, work.freed[row], busy, spare)
        else:
            total += short_normal(spare, work.mean[row], work.variance[row])
    return total / QUANTILES


@njit(cache=True)
def _short(answered: np.ndarray, n: int, freed: np.ndarray, busy: int, spare: int) -> float:
    """P(answered >= spare + freed), from the laws of both."""
    chance = 0.0
    above = 0.0  # P(answered >= spare + f), for f going down from the largest that can matter
    top = n
    for f in range(min(busy, n - spare), -1, -1):
        while top >= max(spare + f, 0):
            above += answered[top]
            top -= 1
        chance += freed[f] * above
    return min(chance, 1.0)


@njit(cache=True)
def within(memory: Memory, work: Work, t_s: float, bears: int, launch: int) -> int:
    """Cut `launch` so that the calls in flight cannot overdraw the window, but with `GATE_RISK`.

    `bears` is the idle agents and the abandons that the window still bears. Nobody who talks now is
    counted on, and every share is taken as about twice as likely.
    """
    n = int(memory.number[IN_FLIGHT])
    if launch == 0 or n + launch <= bears:
        return launch
    drift, drift_sd = drift_now(memory, t_s)
    high = drift + CAUTION * drift_sd + GATE_ODDS
    chances(memory, t_s, high, 1e6, work.chance)
    new_share = share_of(log_odds(memory.number[SHARE_MEAN]) + high)
    return cut(work, n, bears, launch, new_share)


@njit(cache=True)
def cut(work: Work, n: int, bears: int, launch: int, new_share: float) -> int:
    """Cut `launch`, each with `new_share`, so that with the `n` calls of ``work.chance`` it is within `bears`."""
    mean, variance = 0.0, 0.0
    exact = n + launch <= EXACT_UP_TO
    law = work.answered[QUANTILES]
    if exact:
        _law(law, work.chance, n)
    for place in range(n):
        mean += work.chance[place]
        variance += work.chance[place] * (1.0 - work.chance[place])
    for added in range(launch):
        if exact:
            add_chance(law, n + added, new_share)
            over = 0.0
            for answers in range(n + added + 1, max(bears, -1), -1):
                over += law[answers]
        else:
            mean += new_share
            variance += new_share * (1.0 - new_share)
            over = short_normal(bears + 1, mean, variance)
        if over > GATE_RISK and n + added + 1 > bears:
            return added
    return launch
