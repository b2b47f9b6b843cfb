"""Money: promises that are kept or broken, debts that are paid unasked, and debts that fall due."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.months.accounts import CYCLE_DAYS, NEVER, Accounts
from simulator.months.draws import Stream, uniform
from simulator.months.settings import MonthsSettings, Scenario


class Money(NamedTuple):
    """What happened on a day, one entry for each account: whether a promise was kept or broken, and cents that came."""

    kept: np.ndarray
    broken: np.ndarray
    cents: np.ndarray


class Payers:
    """Who pays, and when."""

    def __init__(self, settings: MonthsSettings, scenario: Scenario, seed: int) -> None:
        self._settings, self._scenario, self._seed = settings, scenario, seed

    def overdue(self, accounts: Accounts) -> np.ndarray:
        """Return what is past due on each account, in cents: a share of the balance for each month begun."""
        months = -(-accounts.past_due // CYCLE_DAYS)
        due = np.rint(accounts.balance * self._settings.payment.due_share).astype(np.int64) * months
        return np.clip(due, 0, np.maximum(accounts.balance, 0))

    def chance(self, accounts: Accounts, day: int) -> np.ndarray:
        """Return each account's chance to pay today without a promise; 0 where nothing is due."""
        cure = self._settings.cure
        fading = cure.first * np.exp(-(accounts.past_due - 1) / cure.fade_days)
        lift = np.where(accounts.lift_until >= day, accounts.lift, 1.0)
        chance = np.clip((fading + cure.last) * lift * accounts.ability * self._scenario.pay, 0.0, 0.95)
        waiting = (accounts.past_due > 0) & (accounts.balance > 0) & (accounts.promise_due < day)
        return np.where(waiting, chance, 0.0)

    def promise(self, accounts: Accounts, row: np.ndarray, keeps: np.ndarray, day: int) -> None:
        """Note that the debtors of `row` promise to settle what is overdue; `keeps`: see `Accounts.keeps`."""
        span = self._settings.payment.promise_days
        draw = uniform(self._seed, Stream.PROMISE_DAY, accounts.keys[row], day)
        accounts.promise_due[row] = day + 1 + (draw * span).astype(np.int32)
        accounts.promised[row] = self.overdue(accounts)[row]
        accounts.broken_on[row], accounts.keeps[row] = NEVER, keeps

    def pay(self, accounts: Accounts, day: int) -> Money:
        """Let the day's payments come in."""
        payment, keys = self._settings.payment, accounts.keys
        due = (accounts.promise_due == day) & (accounts.promised > 0) & ~accounts.handed_over
        keeps = np.clip(accounts.keeps * self._scenario.pay * np.sqrt(accounts.ability), 0.0, 0.98)
        kept = due & (uniform(self._seed, Stream.KEEPS, keys, day) < keeps)
        broken = due & ~kept
        unasked = uniform(self._seed, Stream.CURE, keys, day) < self.chance(accounts, day)
        settles = uniform(self._seed, Stream.SETTLES, keys, day) < payment.settles_share
        overdue = self.overdue(accounts)
        cents = np.where(kept, np.minimum(accounts.promised, accounts.balance), 0)
        cents = np.where(unasked, np.where(settles, overdue, overdue // 2), cents)
        came = cents > 0
        accounts.balance -= cents
        accounts.paid[came], accounts.paid_on[came] = cents[came], day
        cured = kept | (unasked & settles)
        accounts.past_due[cured], accounts.due_in[cured] = 0, CYCLE_DAYS
        accounts.broken_on[broken] = day + 1
        over = due | cured
        accounts.promise_due[over] = NEVER
        return Money(kept, broken, cents)

    def night(self, accounts: Accounts, day: int) -> None:
        """Let `day` end: debts grow a day older, and some due dates pass unpaid."""
        late = accounts.past_due > 0
        accounts.past_due[late] += 1
        accounts.due_in[~late] -= 1
        falls_due = ~late & (accounts.due_in <= 0)
        share = min(1.0, self._settings.payment.late_share * self._scenario.late)
        misses = falls_due & (accounts.balance > 0) & (uniform(self._seed, Stream.LATE, accounts.keys, day) < share)
        accounts.past_due[misses] = 1
        accounts.due_in[falls_due] = CYCLE_DAYS
