"""How likely a person answers: one joint filter over what calls have in common.

The log-odds of an answer are a sum: what is told about the lead, the level of the campaign, the effects of
its segment, of the local hour and weekday and of the attempt, and one fast drift for everything that
changes within the day. All parts but the first are learned together by an extended Kalman filter whose
covariance is kept whole: calls of one segment teach the campaign's level too, a segment seldom seen stays
near nothing, and the variance of any sum is right. `benchmarks/answer_share.py` compares it with others.

Every compiled function has its plain twin in ``.py_func``.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np

from pacing.lean import lean

ATTEMPTS, WEEKDAYS, HOURS, SEGMENTS = 5, 7, 24, 25
"""Levels: second to fifth attempt and all later ones, days, hours, segments (the last one for all that come
when the others are taken)."""

# Places in the mean and the covariance. `NOTHING` is always 0: a part that is not told points there.
NOTHING, DRIFT, LEVEL, ATTEMPT = range(4)
WEEKDAY = ATTEMPT + ATTEMPTS
HOUR = WEEKDAY + WEEKDAYS
SEGMENT = HOUR + HOURS
SIZE = SEGMENT + SEGMENTS

PARTS = 6
"""Parts of one call's sum: drift, level, attempt, weekday, hour, segment."""

HOURS_OF_WEEK = WEEKDAYS * HOURS

LEVEL_SD = 0.5
"""Of a campaign against what is told of its leads, in log-odds as all that follow: wrong by half is common."""

ATTEMPT_SD = 0.3
"""The chance of closing a case falls from 0.39 to 0.18 over ten contacts (UCI bank marketing records)."""

WEEKDAY_SD = 0.1
"""Weekdays range from 19.3 to 22.2 % (CallHub, 2.2 million calls, 2020)."""

HOUR_SD = 0.25
"""Half-hours range from .27 to .41 (Bell Canada blend model), hours from 11.8 to 15.5 % (PhoneBurner)."""

SEGMENT_SD = 0.4
"""Firms range from 39 to 78 % (5th to 95th percentile of 119); segments bring a told share of their own."""

DAY_SD = 0.2
"""Of one day against another: the drift begins there every morning (busyness of Bell Canada days: 0.18)."""

DRIFT_PER_HOUR = 0.25
"""Of the drift per square root of an hour: about the slope of published hour profiles (`docs/pacing.md`)."""

MOST_DRIFT_VAR = 1.0
"""A drift is never less certain than this, however long nothing ended."""

NIGHT_S = 4 * 3600.0
"""A pause this long is a night: the drift begins anew, and the effects lose a little of what they know."""

NIGHT_FORGETS = 0.03
"""Share of the way back to the starting variance in one night: what is a month old counts little."""


class Answers(NamedTuple):
    """The filter: ``mean`` (`SIZE`,), ``cov`` (`SIZE`, `SIZE`), and ``gain`` (`SIZE`,), room to work in."""

    mean: np.ndarray
    cov: np.ndarray
    gain: np.ndarray


def make() -> Answers:
    """Return a filter that knows nothing yet."""
    return Answers(np.zeros(SIZE), np.diag(prior_var()), np.zeros(SIZE))


def prior_var() -> np.ndarray:
    """Return the variances before the first call, shape (`SIZE`,)."""
    var = np.zeros(SIZE)
    for begin, size, sd in (
        (LEVEL, 1, LEVEL_SD),
        (ATTEMPT, ATTEMPTS, ATTEMPT_SD),
        (WEEKDAY, WEEKDAYS, WEEKDAY_SD),
        (HOUR, HOURS, HOUR_SD),
        (SEGMENT, SEGMENTS, SEGMENT_SD),
    ):
        var[begin : begin + size] = sd**2
    return var


PRIOR_VAR = prior_var()


@lean
def log_odds(share: float) -> float:
    """Return ``log(share / (1 - share))``, with the share kept off 0 and 1."""
    kept = min(max(share, 1e-4), 1.0 - 1e-4)
    return log(kept / (1.0 - kept))


@lean
def share_of(odds: float) -> float:
    """Return the share that belongs to log-odds."""
    return 1.0 / (1.0 + exp(-odds))


@lean
def set_parts(parts: np.ndarray, segment: int, attempt: int, hour: int) -> None:
    """Fill `parts`, shape (`PARTS`,), with the places of one call's sum.

    Parameters
    ----------
    segment : int
        Number of the segment, from 0; -1 when none is told, the last one for all beyond `SEGMENTS`.
    attempt : int
        1 for the first one, which has no effect of its own.
    hour : int
        Hour of the local week, 0 to 167, Monday midnight being 0; -1 when it is not told.
    """
    told_hour = 0 <= hour < HOURS_OF_WEEK
    parts[0], parts[1] = DRIFT, LEVEL
    parts[2] = ATTEMPT + min(attempt, ATTEMPTS + 1) - 2 if attempt > 1 else NOTHING
    parts[3] = WEEKDAY + hour // HOURS if told_hour else NOTHING
    parts[4] = HOUR + hour % HOURS if told_hour else NOTHING
    parts[5] = SEGMENT + min(segment, SEGMENTS - 1) if segment >= 0 else NOTHING


@lean
def effect(answers: Answers, parts: np.ndarray) -> float:
    """Return the sum of a call's own effects in log-odds, without drift and level, which all calls share."""
    total = 0.0
    for part in range(2, PARTS):
        total += answers.mean[parts[part]]
    return total


@lean
def common(answers: Answers) -> float:
    """Return drift and level together, in log-odds."""
    return answers.mean[DRIFT] + answers.mean[LEVEL]


@lean
def common_var(answers: Answers) -> float:
    """Return the variance of drift and level together."""
    cov = answers.cov
    return cov[DRIFT, DRIFT] + 2.0 * cov[DRIFT, LEVEL] + cov[LEVEL, LEVEL]


@lean
def variance(answers: Answers, parts: np.ndarray) -> float:
    """Return the variance of a call's whole sum."""
    total = 0.0
    for one in range(PARTS):
        for other in range(PARTS):
            total += answers.cov[parts[one], parts[other]]
    return total


@lean
def passed(answers: Answers, elapsed_s: float) -> None:
    """Let time go by between two calls that end."""
    if elapsed_s >= NIGHT_S:
        night(answers)
        return
    cov = answers.cov
    grown = cov[DRIFT, DRIFT] + DRIFT_PER_HOUR**2 * max(0.0, elapsed_s) / 3600.0
    cov[DRIFT, DRIFT] = max(cov[DRIFT, DRIFT], min(grown, MOST_DRIFT_VAR))


@lean
def night(answers: Answers) -> None:
    """Begin another day: of the drift only its usual size is known."""
    answers.mean[DRIFT] = 0.0
    for place in range(SIZE):
        answers.cov[DRIFT, place] = answers.cov[place, DRIFT] = 0.0
        answers.cov[place, place] += NIGHT_FORGETS * max(0.0, PRIOR_VAR[place] - answers.cov[place, place])
    answers.cov[DRIFT, DRIFT] = DAY_SD**2


@lean
def learn(answers: Answers, parts: np.ndarray, told_odds: float, answered: bool) -> float:
    """Take one call's end into account: one step of the filter, linear at what was expected.

    Returns the step: `Answers.mean` has moved by as much of `Answers.gain`.

    Parameters
    ----------
    told_odds : float
        Log-odds that were told for the lead itself.
    """
    mean, cov, gain = answers.mean, answers.cov, answers.gain
    odds, var = told_odds, 0.0
    gain[:] = 0.0
    for part in range(PARTS):
        row = parts[part]
        odds += mean[row]
        for place in range(SIZE):
            gain[place] += cov[row, place]
    for part in range(PARTS):
        var += gain[parts[part]]
    share = share_of(odds)
    information = share * (1.0 - share)
    scale = 1.0 / (1.0 + information * var)
    step = scale * ((1.0 if answered else 0.0) - share)
    for row in range(SIZE):
        if gain[row] != 0.0:
            mean[row] += step * gain[row]
            weight = scale * information * gain[row]
            for place in range(SIZE):
                cov[row, place] -= weight * gain[place]
    return step
