"""Intervals that stay valid however often one looks and whenever one stops."""

from __future__ import annotations

from math import inf, log, sqrt


def half_width(count: int, deviation: float, error_share: float = 0.05, tuned_for: int = 30) -> float:
    """Return half the width of a confidence sequence for a mean, infinite while nothing can be said.

    The asymptotic sequence of Waudby-Smith et al. [1]_ (normal mixture): the mean leaves the intervals of all counts
    together with a chance of `error_share` at most, so one may look after every observation and stop when one likes.

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
    mixture = (loss + log(loss + 1.0)) / tuned_for  # rho squared
    spread = count * mixture + 1.0
    return deviation * sqrt(2.0 * spread / (count * count * mixture) * log(sqrt(spread) / error_share))
