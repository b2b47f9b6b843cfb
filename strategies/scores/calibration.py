"""Do the scores come true? Predictions against what happened afterwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

Floats = NDArray[np.float64]

BINS = 10
_EDGE = 1.0e-12


class Bin(NamedTuple):
    """A tenth of the predictions, lowest first: how many, their mean, and the share that came true.

    `low` and `high` bound the share with 95 % confidence (Wilson 1927).
    """

    n: int
    predicted: float
    observed: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the prediction lies within the interval."""
        return self.low <= self.predicted <= self.high


class Loss(NamedTuple):
    """A mean loss with its 95 % interval; attempts of one account are taken as one observation."""

    mean: float
    low: float
    high: float


class Calibration(NamedTuple):
    """How predictions compare with outcomes.

    Attributes
    ----------
    bins : tuple of Bin
        The reliability table.
    brier, log_loss : Loss
        Of the predictions; smaller is better.
    brier_of_rate, log_loss_of_rate : Loss
        Of predicting the overall rate of the training period for everybody.
    """

    bins: tuple[Bin, ...]
    brier: Loss
    log_loss: Loss
    brier_of_rate: Loss
    log_loss_of_rate: Loss


def calibrate(predicted: Floats, outcome: Floats, account: NDArray[np.int64], rate: float) -> Calibration:
    """Compare predictions with outcomes.

    Parameters
    ----------
    predicted, outcome : arrays of shape (attempts,)
        Probabilities, and 0 or 1.
    account : array of shape (attempts,)
        Whose attempt it was.
    rate : float
        The share of successes in the training period.
    """
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    constant = np.full_like(predicted, rate)
    return Calibration(
        tuple(_bin(predicted[part], outcome[part]) for part in parts),
        *(_loss(loss, account) for loss in (*_losses(predicted, outcome), *_losses(constant, outcome))),
    )


def _bin(predicted: Floats, outcome: Floats) -> Bin:
    n, k = len(outcome), int(outcome.sum())
    interval = binomtest(k, n).proportion_ci(method="wilson")
    return Bin(n, float(predicted.mean()), k / n, float(interval.low), float(interval.high))


def _losses(predicted: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    p = np.clip(predicted, _EDGE, 1 - _EDGE)
    return (predicted - outcome) ** 2, -(outcome * np.log(p) + (1 - outcome) * np.log1p(-p))


def _loss(losses: Floats, account: NDArray[np.int64]) -> Loss:
    mean = float(losses.mean())
    _, owner = np.unique(account, return_inverse=True)
    by_account = np.bincount(owner, losses - mean)
    half = float(norm.ppf(0.975) * np.sqrt((by_account**2).sum()) / len(losses))
    return Loss(mean, mean - half, mean + half)
