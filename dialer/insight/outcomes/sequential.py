"""Champion against challenger: a test that stays valid however often somebody looks at it.

The mixture sequential probability ratio test (Johari, Pekelis and Walsh 2015), by `strategies.sequential.radius`. The
variances are estimated, so the guarantee needs numbers: nothing is said before `LEAST` accounts of each side, and
`LEAST_EVENTS` that paid and did not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strategies.sequential import radius

LEAST = 100
"""Accounts of each side before anything is said (house value, 2026-11; the test of coverage begins there)."""

LEAST_EVENTS = 10
"""Accounts of each side that paid, and that did not, before anything is said (house value, 2026-11)."""


class Path(NamedTuple):
    """The comparison after every account, in the order in which their outcomes became known.

    Attributes
    ----------
    difference : array of float
        Share of the challenger less that of the champion.
    radius : array of float
        Half the width of the confidence sequence; infinite while nothing is said.
    decided : int or None
        Index of the first account at which the interval left out no difference; None: not yet.
    """

    difference: NDArray[np.float64]
    radius: NDArray[np.float64]
    decided: int | None


def compare(
    challenger: NDArray[np.bool_], outcome: NDArray[np.bool_], effect: float = 0.02, alpha: float = 0.05
) -> Path:
    """Return the comparison after each account.

    Parameters
    ----------
    challenger : array of bool, shape (n,)
        Whether each account is on the challenger's side.
    outcome : array of bool, shape (n,)
        Whether it paid.
    effect : float
        The difference that the test is tuned to; it is valid for any, and quickest for about this one.
    alpha : float
        How often a difference may be told where there is none.

    Returns
    -------
    Path
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        n_1, n_0 = np.cumsum(challenger), np.cumsum(~challenger)
        paid_1, paid_0 = np.cumsum(challenger & outcome), np.cumsum(~challenger & outcome)
        share_1, share_0 = paid_1 / n_1, paid_0 / n_0
        variance = share_1 * (1 - share_1) / n_1 + share_0 * (1 - share_0) / n_0
        difference = share_1 - share_0
        widths = radius(variance, effect, alpha)
    fewest = np.minimum.reduce([paid_1, n_1 - paid_1, paid_0, n_0 - paid_0])
    said = (np.minimum(n_1, n_0) >= LEAST) & (fewest >= LEAST_EVENTS)
    widths = np.where(said, widths, np.inf)
    crossed = np.flatnonzero(np.abs(difference) > widths)
    return Path(difference, widths, int(crossed[0]) if crossed.size else None)
