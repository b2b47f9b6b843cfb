"""What becomes of a day's contacts: who picks up, how they get on, and how much of the floor's day that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, assert_never

import numpy as np

from dialer.core.call import CONTACTS, DISPOSITIONS
from simulator.months.accounts import Accounts
from simulator.months.draws import Stream, uniform
from simulator.months.past import REACHES
from simulator.months.settings import Scenario
from simulator.world.laws import beta_quantile, column, quantile
from simulator.world.settings import PeopleSettings, WorldSettings
from strategies.compiled import Calls, CompiledStrategy
from strategies.compliance.rulebook import Calendar, ConsecutiveDays, Frequency, Rolling, Rule, Tumbling, Window

REMEMBERED_DAYS = 35
"""Days for which attempts are remembered by person."""


class Cap(NamedTuple):
    """At most `limit` attempts on a person in `days` days."""

    limit: int
    days: int


def caps_of(rules: Sequence[Rule], shift_s: float) -> list[Cap]:
    """Return what bounds the further attempts of a day with a shift of `shift_s` seconds.

    Rules that count attempts by account or number are taken as if they counted by person, and periods are taken as
    long as they can be, so that nothing is simulated that the gate would deny.
    """
    return [
        _cap(rule.limit, rule.window, shift_s)
        for rule in rules
        if isinstance(rule, Frequency) and not rule.warns and "ring" in rule.counts
    ]


def _cap(limit: int, window: Window, shift_s: float) -> Cap:
    match window:
        case Calendar(period=period):
            return Cap(limit, {"day": 1, "week": 7, "month": 31}[period])
        case Rolling(minutes=minutes) if minutes * 60 < shift_s:
            return Cap(limit * (1 + int(shift_s // (minutes * 60))), 1)
        case Rolling(minutes=minutes):
            return Cap(limit, min(REMEMBERED_DAYS, 1 + minutes // 1440))
        case ConsecutiveDays(days=days) | Tumbling(days=days):
            return Cap(limit, min(REMEMBERED_DAYS, days))
        case _:
            assert_never(window)


class Called(NamedTuple):
    """What became of the calls of a day, one entry for each account that was called.

    Attributes
    ----------
    row : int64 array
        The account.
    attempts : int64 array
        Calls placed to it.
    answered : bool array
        Whether a person picked up at last.
    outcome : int64 array
        Index in `People.dispositions`; of no meaning without an answer.
    agent_s : float64 array
        Talk and wrap.
    """

    row: np.ndarray
    attempts: np.ndarray
    answered: np.ndarray
    outcome: np.ndarray
    agent_s: np.ndarray


class People:
    """Who picks up, and how it goes, by the laws of a world."""

    def __init__(
        self,
        world: WorldSettings,
        strategy: CompiledStrategy,
        scenario: Scenario,
        accounts: Accounts,
        seed: int,
        promise_factor: Mapping[str, float],
    ) -> None:
        people, floor = world.people, world.floor
        hours = range(floor.shift_start.hour, max(floor.shift_end.hour, floor.shift_start.hour + 1))
        mean = sum(people.answer_share_by_hour[hour] for hour in hours) / len(hours)
        self.answer_share = mean * scenario.answer
        self._share = np.array(
            [mean * scenario.answer * people.segment_factor.get(one.name, 1.0) for one in strategy.segments]
        )
        self._reach = np.ones(len(accounts))
        if people.reachability_concentration is not None and 0 < mean < 1:
            reach = column(beta_quantile(mean, people.reachability_concentration))
            self._reach = reach(uniform(seed, Stream.REACH, accounts.person_keys)) / mean
        self._seed, self._accounts = seed, accounts
        self.dispositions = list(people.outcomes)
        shares = [_outcome_shares(people, promise_factor.get(one.name, 1.0)) for one in strategy.segments]
        self._ends = np.cumsum(shares, axis=1)[:, :-1]
        self._talk_s = [column(quantile(how.talk)) for how in people.outcomes.values()]
        self._wrap_s = column(quantile(floor.wrap))
        self.reach = np.array([REACHES.index(DISPOSITIONS[name]) for name in self.dispositions], np.int8)
        self.is_contact = np.array([name in CONTACTS for name in self.dispositions])

    def call(self, row: np.ndarray, segment: np.ndarray, most: np.ndarray, day: int, stream: int) -> Called:
        """Call accounts until a person answers or they have been tried `most` times.

        `stream` tells calls of one kind from those of another to the same account on the same day.
        """
        keys = self._accounts.keys[row]
        share = np.clip(self._share[segment] * self._reach[row], 0.0, 0.95)
        attempts, answered = np.zeros(len(row), np.int64), np.zeros(len(row), bool)
        for turn in range(int(most.max(initial=0))):
            trying = ~answered & (turn < most)
            attempts[trying] += 1
            draw = uniform(self._seed, Stream.PICKS_UP, keys, day, 16 * stream + turn)
            answered |= trying & (draw < share)
        outcome, agent_s = np.zeros(len(row), np.int64), np.zeros(len(row))
        spoken = keys[answered]
        draw = uniform(self._seed, Stream.OUTCOME, spoken, day, stream)
        outcome[answered] = ends = (draw[:, None] >= self._ends[segment[answered]]).sum(axis=1)
        draw = uniform(self._seed, Stream.TALK, spoken, day, stream)
        talk_s = np.choose(ends, [law(draw) for law in self._talk_s])
        agent_s[answered] = talk_s + self._wrap_s(uniform(self._seed, Stream.WRAP, spoken, day, stream))
        return Called(row, attempts, answered, outcome, agent_s)


def _outcome_shares(people: PeopleSettings, promise_factor: float) -> list[float]:
    """Return how conversations end where promises are so many times as frequent; all else gives way in proportion."""
    shares = {name: how.share for name, how in people.outcomes.items()}
    promised = min(0.95, shares.get("promise", 0.0) * promise_factor)
    if promise_factor == 1.0 or not 0.0 < shares.get("promise", 0.0) < 1.0:
        return list(shares.values())
    others = (1 - promised) / (1 - shares["promise"])
    return [promised if name == "promise" else share * others for name, share in shares.items()]


def tries(calls: Calls, shift_s: float) -> int:
    """Return how often a call that nobody answers is placed on one day."""
    again = calls.redial.get("no_answer")
    if again is None:
        return 1
    fitting = int(shift_s // again.delay_s) if again.delay_s > 0 else again.limit
    return max(1, min(calls.max_attempts, 1 + again.limit, 1 + fitting))


class Pressure:
    """Attempts on each person by day, for as long as caps look back."""

    def __init__(self, persons: int) -> None:
        self._by_day = np.zeros((REMEMBERED_DAYS, persons), np.uint8)

    def begin(self, day: int) -> None:
        """Forget the day that is as long ago as is remembered."""
        self._by_day[day % REMEMBERED_DAYS] = 0

    def add(self, day: int, person: np.ndarray, times: np.ndarray) -> None:
        """Count `times` attempts on each of `person`, who may occur more than once."""
        counted = np.bincount(person, weights=times, minlength=self._by_day.shape[1])
        row = self._by_day[day % REMEMBERED_DAYS]
        row[:] = np.minimum(row + counted, 255).astype(np.uint8)

    def within(self, day: int, days: int) -> np.ndarray:
        """Return the attempts on each person in the `days` days that end with `day`, shape (persons,)."""
        rows = [(day - ago) % REMEMBERED_DAYS for ago in range(days)]
        return self._by_day[rows].sum(axis=0, dtype=np.int64)

    def room(self, day: int, caps: Sequence[Cap], person: np.ndarray) -> np.ndarray:
        """Return how many more attempts the caps leave for each of `person`."""
        room = np.full(len(person), 255, np.int64)
        for cap in caps:
            room = np.minimum(room, cap.limit - self.within(day, cap.days)[person])
        return np.maximum(room, 0)
