"""Scores of accounts, and how well such scores did on the latest part of the history.

The split is by time, never at random: everything before a day is learned from, everything after it is
predicted. Of payments, those contacts are learned from whose horizon had ended by that day; others
were not known then.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strategies.compiled import VOICE
from strategies.scores.base import fit
from strategies.scores.calibration import Calibration, calibrate
from strategies.scores.habits import Habit, habits
from strategies.scores.history import Contacts, Records
from strategies.scores.rates import Posterior, posterior, strength

Floats = NDArray[np.float64]

TEST_SHARE = 0.25
"""The latest quarter of the contacts is predicted from the rest."""

FEWEST = 100
"""Contacts on either side of the split without which nothing is said of calibration."""

HOURS = 24


class Learned(NamedTuple):
    """What the history taught.

    Attributes
    ----------
    reach, pay : Posterior | None
        By account; None when nothing of the kind is in the history.
    best_hour, channel : Habit
        By account; options of `channel` are `channels`.
    channels : tuple of str
        The channels of the history.
    reach_calibration, pay_calibration : Calibration | None
        None when there are too few contacts to say.
    """

    reach: Posterior | None
    pay: Posterior | None
    best_hour: Habit
    channel: Habit
    channels: tuple[str, ...]
    reach_calibration: Calibration | None
    pay_calibration: Calibration | None


def learn(records: Records, horizon_days: int) -> Learned:
    """Return scores for every account of `records`."""
    accounts, contacts = records.accounts, records.contacts
    calls = contacts.where(np.isin(contacts.channel, VOICE))
    paying = contacts.where(~np.isnan(contacts.paid))
    segment_of = accounts.now[:, 0].astype(np.int64)
    channels = tuple(sorted(set(contacts.channel)))
    channel = np.searchsorted(np.array(channels), contacts.channel.astype(str))
    return Learned(
        reach=_score(calls, calls.reached, accounts.now),
        pay=_score(paying, paying.paid, accounts.now),
        best_hour=_habit(calls, segment_of, calls.hour.astype(np.int64), HOURS),
        channel=_habit(contacts, segment_of, channel, len(channels)),
        channels=channels,
        reach_calibration=back_test(calls, calls.reached, 0),
        pay_calibration=back_test(paying, paying.paid, horizon_days),
    )


def back_test(contacts: Contacts, outcome: Floats, horizon_days: int) -> Calibration | None:
    """Return how predictions of the latest contacts compare with their outcomes; None for too few contacts."""
    if len(outcome) < 2 * FEWEST:
        return None
    cut = contacts.day[int(len(outcome) * (1 - TEST_SHARE))]
    before, after = contacts.day + horizon_days < cut, contacts.day >= cut
    if min(before.sum(), after.sum()) < FEWEST:
        return None
    past, future = contacts.where(before), contacts.where(after)
    predicted = _predict(past, outcome[before], future.account, future.then)
    return calibrate(predicted.mean, outcome[after], future.account, float(outcome[before].mean()))


def _score(contacts: Contacts, outcome: Floats, now: Floats) -> Posterior | None:
    return _predict(contacts, outcome, np.arange(len(now)), now) if len(outcome) else None


def _predict(past: Contacts, outcome: Floats, account: NDArray[np.int64], circumstances: Floats) -> Posterior:
    """Return the rates of `account` in `circumstances`, both of shape (rows, ...), from the past alone."""
    base = fit(past.then, outcome)
    known, place = np.unique(past.account, return_inverse=True)
    tried, succeeded = np.bincount(place).astype(float), np.bincount(place, outcome).astype(float)
    expected = np.bincount(place, base(past.then)) / tried
    m = strength(expected, tried, succeeded)
    now = base(circumstances)
    found = np.minimum(np.searchsorted(known, account), len(known) - 1)
    own = known[found] == account
    return posterior(
        np.where(own, expected[found], now),
        m,
        np.where(own, tried[found], 0.0),
        np.where(own, succeeded[found], 0.0),
        now,
    )


def _habit(contacts: Contacts, segment_of: NDArray[np.int64], option: NDArray[np.int64], options: int) -> Habit:
    segment = contacts.then[:, 0].astype(np.int64)
    return habits(contacts.account, segment_of, segment, option, contacts.reached, options)
