"""Intervals that stay valid however often one looks and whenever one stops: confidence sequences of a normal mixture.

The likelihood of what was seen, averaged over means from N(0, effect²), against no difference (Robbins 1970). With no
difference that ratio exceeds 1 / error_share at any time at all with a chance of error_share at most; turned round it
is an interval at every instant, all of which hold together.
"""

from __future__ import annotations

from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray


def radius(variance: NDArray[np.float64], effect: float, error_share: float) -> NDArray[np.float64]:
    """Return half the widths of a confidence sequence for an estimate, infinite or NaN where there is no variance yet.

    Parameters
    ----------
    variance : array of float
        Of the estimate, after each observation.
    effect : float
        Standard deviation of the mixture: valid for any true value, and the tightest for about this one.
    error_share : float
        Chance that any of the intervals misses the true value.
    """
    mixed = variance + effect**2
    return np.sqrt(2 * variance * mixed / effect**2 * np.log(np.sqrt(mixed / variance) / error_share))


def half_width(count: int, deviation: float, error_share: float = 0.05, tuned_for: int = 30) -> float:
    """Return `radius` for a mean whose variance is estimated; infinite while nothing can be said.

    The asymptotic sequence of Waudby-Smith et al. [1]_: its effect is so many deviations that the interval is about
    the tightest after `tuned_for` observations.

    Parameters
    ----------
    count : int
        Observations so far.
    deviation : float
        Their sample standard deviation.
    error_share : float
        Chance of ever missing the mean.
    tuned_for : int
        The count at which the interval is about the tightest.

    References
    ----------
    .. [1] I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, "Time-uniform central limit theory and
       asymptotic confidence sequences", Annals of Statistics 52(6), 2024, theorem 2.2 and its section 2.3.
    """
    if count < 2:
        return inf
    loss = -2.0 * log(error_share)
    effect = sqrt((loss + log(loss + 1.0)) / tuned_for)  # in deviations
    return deviation * float(radius(np.array([1.0 / count]), effect, error_share)[0])
