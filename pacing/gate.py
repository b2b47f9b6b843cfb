"""The gate: before lines are added, all calls in flight that may still be answered must fit into the window.

They are set against the idle agents, those who come free while most of the answers land, and the abandons that the
window still bears (`docs/pacing.md`, "The budget").
"""

from __future__ import annotations

from math import exp

import numpy as np

from pacing.answers import log_odds, share_of
from pacing.chance import EXACT_UP_TO, add_chance, freed_share, most_chance, short_exact, short_normal
from pacing.lean import lean
from pacing.lookahead import QUANTILES, Work, freed_law, laws
from pacing.memory import IN_FLIGHT, SHARE_MEAN, TALK_S, WRAP_S, Memory, chances
from pacing.rings import quantile

LONG_S = 1e6
"""Longer than any ring."""

CAUTION = 3.0
"""Standard deviations by which the answer share is taken as higher than estimated."""

RISK = 1e-6
"""Chance, at one decision and with those shares, that the calls in flight overdraw the window."""


@lean
def within(
    memory: Memory,
    work: Work,
    t_s: float,
    high: float,
    bears: int,
    launch: int,
    talking: int,
    wrapping: int,
    grace_s: float,
) -> int:
    """Cut `launch` so that the calls in flight cannot overdraw the window, but with `RISK`.

    `bears` is the idle agents and the abandons that the window still bears. All answers that may still come
    are set against the agents who come free while most of them do, and shares are taken as high: `high` is what
    `pacing.lookahead.high_drift` returns for `CAUTION`.
    """
    n = int(memory.number[IN_FLIGHT])
    if launch == 0 or n + launch <= bears:
        return launch
    chances(memory, t_s, high, (LONG_S,), work.chance)
    new_share = share_of(log_odds(memory.number[SHARE_MEAN]) + high)
    window_s = quantile(memory.live, 5 / 6) + grace_s
    return cut(work, n, bears, launch, new_share, memory.number, window_s, talking, wrapping)


@lean
def cut(
    work: Work,
    n: int,
    bears: int,
    launch: int,
    new_share: float,
    number: np.ndarray,
    window_s: float,
    talking: int,
    wrapping: int,
) -> int:
    """Cut `launch`, each with `new_share`, so that with the `n` calls of ``work.chance[0]`` it is within `bears`.

    `window_s` is the time in which agents may come free, `number` the memory's.
    """
    free_talk = freed_share(window_s, number[TALK_S], number[WRAP_S])
    free_wrap = 1.0 - exp(-window_s / max(number[WRAP_S], 1e-3))
    mean = -(talking * free_talk + wrapping * free_wrap)
    variance = talking * free_talk * (1.0 - free_talk) + wrapping * free_wrap * (1.0 - free_wrap)
    for q in work.chance[0, :n]:
        mean += q
        variance += q * (1.0 - q)
    spread = new_share * (1.0 - new_share)
    if most_chance(bears + 1 - mean - launch * new_share, variance + launch * spread) <= RISK:
        return launch
    exact = n + launch <= EXACT_UP_TO and talking + wrapping <= EXACT_UP_TO
    answered, freed = work.answered[QUANTILES], work.freed[QUANTILES]
    top, top_freed = 0, 0
    if exact:
        laws(work.answered[QUANTILES:], work.top[QUANTILES:], work.chance, n)
        top = work.top[QUANTILES]
        top_freed = freed_law(freed, talking, free_talk, wrapping, free_wrap)
    for added in range(launch):
        if exact:
            top = add_chance(answered, top, new_share)
            over = short_exact(bears + 1, answered, top, freed, top_freed)
        else:
            mean += new_share
            variance += spread
            over = short_normal(bears + 1, mean, variance)
        if over > RISK and n + added + 1 > bears:
            return added
    return launch
