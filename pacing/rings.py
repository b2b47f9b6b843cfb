"""How long it rings: the two laws (until a person answers, until anything else ends it), learned on line.

A law is a table: the chance that it is over by ``k * BIN_S`` seconds, for k from 0 to `BINS`.
"""

from __future__ import annotations

import numpy as np

from pacing.lean import lean

BIN_S = 0.5
"""Width of a bin in seconds; no phone's ring is regular to less."""

BINS = 240
"""Two minutes. What rings longer is put into the last bin."""

PRIOR_CALLS = 60.0
"""Weight of the starting law against learned calls (house value, 2026-11)."""


def exponential(mean_s: float) -> np.ndarray:
    """Return the table of an exponential law."""
    law = 1.0 - np.exp(-np.arange(BINS + 1) * BIN_S / mean_s)
    law[BINS] = 1.0
    return law


def lognormal(shift_s: float, mean_s: float, cv: float, most_s: float) -> np.ndarray:
    """Return the table of ``shift_s +`` a lognormal law of this mean and variation, cut at `most_s`."""
    from math import erf, log, sqrt

    sigma = sqrt(log(1.0 + cv * cv))
    mu = log(mean_s) - sigma * sigma / 2.0
    law = np.zeros(BINS + 1)
    for k in range(BINS + 1):
        age_s = k * BIN_S - shift_s
        if age_s > 0:
            law[k] = 0.5 * (1.0 + erf((log(age_s) - mu) / (sigma * sqrt(2.0))))
    law[int(most_s / BIN_S) :] = 1.0
    return law


def guessed(ring_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return laws to start with, of answered and of other rings, from the mean ring until an answer.

    People need some seconds to pick up, and calls that nobody answers ring about twice as long, until the
    network or the dialler ends them (house values, 2026-11).
    """
    live = lognormal(0.15 * ring_s, 0.85 * ring_s, 0.7, min(6.0 * ring_s, BINS * BIN_S))
    dead = lognormal(0.2 * ring_s, 1.8 * ring_s, 0.4, min(6.0 * ring_s, BINS * BIN_S))
    return live, dead


@lean
def over_by(law: np.ndarray, age_s: float) -> float:
    """Return the chance that the law is over by `age_s`, interpolated."""
    place = min(max(age_s / BIN_S, 0.0), float(BINS))  # without branches: this is where a decision's time goes
    k = min(int(place), BINS - 1)
    return law[k] + (place - k) * (law[k + 1] - law[k])


@lean
def quantile(law: np.ndarray, share: float) -> float:
    """Return the time by which the law is over with chance `share`, in seconds."""
    for k in range(BINS):
        if law[k + 1] >= share:
            rise = law[k + 1] - law[k]
            part = (share - law[k]) / rise if rise > 0.0 else 0.5
            return (k + part) * BIN_S
    return BINS * BIN_S


@lean
def answer_chances(share: float, age_s: float, horizon_s: float, live: np.ndarray, dead: np.ndarray) -> float:
    """Return the chance that a call that has rung `age_s` is answered within `horizon_s` from now.

    Bayes: the longer it rings, the less it is a call that will be answered. `share` is the chance at the
    start, `live` and `dead` the laws of an answered and of any other ring.
    """
    still_live = share * (1.0 - over_by(live, age_s))
    still_dead = (1.0 - share) * (1.0 - over_by(dead, age_s))
    if still_live + still_dead <= 1e-12:
        return 0.0
    soon = share * (over_by(live, age_s + horizon_s) - over_by(live, age_s))
    return soon / (still_live + still_dead)


@lean
def learn(counts: np.ndarray, law: np.ndarray, age_s: float, forget: float) -> None:
    """Add one ring of `age_s` to the decaying counts (``BINS`` bins); `law` is brought up to date by `relaw`."""
    k = min(BINS - 1, int(age_s / BIN_S))
    for j in range(BINS):
        counts[j] *= forget
    counts[k] += 1.0


@lean
def relaw(counts: np.ndarray, law: np.ndarray) -> None:
    """Rebuild the table from the counts."""
    total = counts.sum()
    running = 0.0
    law[0] = 0.0
    for k in range(BINS):
        running += counts[k]
        law[k + 1] = running / total


@lean
def known(counts: np.ndarray) -> float:
    """Return how much of a law was learned, from 0, all guessed, towards 1."""
    return max(0.0, 1.0 - PRIOR_CALLS / counts.sum())


def counts_of(law: np.ndarray, weight: float = PRIOR_CALLS) -> np.ndarray:
    """Return the counts that stand for a starting law."""
    return np.diff(law) * weight
