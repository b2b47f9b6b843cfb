"""What months came to: the figures of every day, and what each contact did, by segment and arm."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import msgspec
import numpy as np

BUCKETS = ("current", "M1", "M2", "M3", "M3+")
"""0, 1 to 30, 31 to 60, 61 to 90 and more days past due."""

FIGURES = (
    "accounts", "late", "balance_cents", "overdue_cents", "contacted", "attempts", "answered", "conversations",
    "promises", "kept", "broken", "payments", "paid_cents", "complaints", "opt_outs", "handed_over", "cost_cents",
)  # fmt: skip
"""What is counted every day for each group of accounts. The first four are as of the morning."""


class Group(NamedTuple):
    """Accounts of one segment and arm; both empty for accounts that no segment took."""

    segment: str
    arm: str


class Day(msgspec.Struct, frozen=True):
    """One day of the floor.

    Attributes
    ----------
    day : str
        ISO 8601.
    capacity_s, used_s : float
        Seconds in which agents could, and did, talk or wrap up.
    left_over : int
        Accounts that were planned for a call by an agent when the day was full.
    asked : int
        Contacts that the compliance gate itself was asked about, see `strategies.planning.planner.Plan`.
    """

    day: str
    capacity_s: float
    used_s: float
    left_over: int
    asked: int


def bucket_of(past_due: np.ndarray) -> np.ndarray:
    """Return the index in `BUCKETS` of every account."""
    return np.minimum(-(-past_due // 30), len(BUCKETS) - 1)


class Book:
    """Grows by a day at a time.

    Attributes
    ----------
    days : list of Day
        The floor.
    figures : dict of (str, Group) to int64 array, shape (len(FIGURES),)
        By date and group.
    by_channel : dict of (str, str, Group) to int
        Contacts by date, channel and group.
    rolls : list of int64 array, shape (buckets, buckets)
        Accounts by bucket at the beginning and at the end of each 30 days.
    moved_cents : list of int64 array, shape (buckets,)
        Balance in each bucket at the beginning of each 30 days and at the end of all.
    pressure : int64 array, shape (31,)
        Person-weeks by attempts in them, the last entry for 30 and more.
    initial_overdue_cents : int
        What was overdue in the beginning.
    """

    def __init__(self) -> None:
        self.days: list[Day] = []
        self.figures: dict[tuple[str, Group], np.ndarray] = defaultdict(lambda: np.zeros(len(FIGURES), np.int64))
        self.by_channel: dict[tuple[str, str, Group], int] = defaultdict(int)
        self.rolls: list[np.ndarray] = []
        self.moved_cents: list[np.ndarray] = []
        self.pressure = np.zeros(31, np.int64)
        self.initial_overdue_cents = 0

    def add(self, day: str, groups: list[Group], of: np.ndarray, **figures: np.ndarray) -> None:
        """Add what each account of the portfolio contributes; `of` is its group's index."""
        for name, values in figures.items():
            sums = np.bincount(of, weights=values, minlength=len(groups))
            for group, total in zip(groups, sums, strict=True):
                if total:
                    self.figures[day, group][FIGURES.index(name)] += round(total)

    def add_contacts(self, day: str, channel: str, groups: list[Group], of: np.ndarray) -> None:
        """Add contacts by `channel`; `of` is the index of each one's group."""
        for group, times in zip(groups, np.bincount(of, minlength=len(groups)), strict=True):
            if times:
                self.by_channel[day, channel, group] += int(times)

    def roll(self, before: np.ndarray, after: np.ndarray) -> None:
        """Note the buckets of all accounts 30 days apart."""
        width = len(BUCKETS)
        self.rolls.append(np.bincount(before * width + after, minlength=width * width).reshape(width, width))

    def total(self, name: str, group: Group | None = None) -> int:
        """Return a figure over all days, of one group or of all."""
        place = FIGURES.index(name)
        return sum(int(row[place]) for (_, own), row in self.figures.items() if group is None or own == group)

    def by_day(self, name: str, arm: str | None = None) -> list[int]:
        """Return a figure of every day, of one arm or of all accounts."""
        place, sums = FIGURES.index(name), dict.fromkeys((day.day for day in self.days), 0)
        for (day, group), row in self.figures.items():
            if arm is None or group.arm == arm:
                sums[day] += int(row[place])
        return list(sums.values())

    def groups(self) -> list[Group]:
        """Return every group that occurred, in the order of the strategy."""
        return list(dict.fromkeys(group for _, group in self.figures))

    def arms(self) -> list[str]:
        """Return the arms that occurred."""
        return list(dict.fromkeys(group.arm for group in self.groups() if group.arm))

    def channels(self) -> dict[str, int]:
        """Return contacts by channel over all days, the most frequent first."""
        sums: dict[str, int] = defaultdict(int)
        for (_, channel, _), times in self.by_channel.items():
            sums[channel] += times
        return dict(sorted(sums.items(), key=lambda item: -item[1]))
