"""The figures by which days are compared, from a history and from a simulation alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np

from dialer.core.call import CONTACTS
from dialer.core.effects import AnyEffect, CloseAttempt
from dialer.core.units import NS_PER_S
from simulator.fast import Result
from simulator.fast.records import DISPOSITION, NONE

_TOLD = ", ".join(f"'{name}'" for name in CONTACTS)


class Outcome(NamedTuple):
    """What became of some days.

    Attributes
    ----------
    placed, answered, abandoned, contacts, promises, promised_cents : int
        Counts of calls by the day on which they were placed, defined as in `dialer.insight.tally.Totals`.
    talked : int
        Calls with an agent.
    talk_s : float
        Seconds that agents and persons talked.
    reached : int
        Persons with whom there was a contact.
    """

    placed: float = 0
    answered: float = 0
    abandoned: float = 0
    contacts: float = 0
    promises: float = 0
    promised_cents: float = 0
    talked: float = 0
    talk_s: float = 0
    reached: float = 0

    def plus(self, other: Outcome) -> Outcome:
        """Return the outcome of both; persons who were reached in both count twice."""
        return Outcome._make(one + two for one, two in zip(self, other, strict=True))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


FIGURES: dict[str, Callable[[Outcome], float]] = {
    "placed": lambda o: o.placed,
    "answered_share": lambda o: _share(o.answered, o.placed),
    "abandon_share": lambda o: _share(o.abandoned, o.answered),
    "contacts": lambda o: o.contacts,
    "reached": lambda o: o.reached,
    "promise_share": lambda o: _share(o.promises, o.contacts),
    "promised": lambda o: o.promised_cents / 100,
    "talk_mean_s": lambda o: _share(o.talk_s, o.talked),
}
"""By name, what is compared."""

SHARES = ("answered_share", "abandon_share", "promise_share")
"""Figures that people read as per cent."""


def outcome_of(database: duckdb.DuckDBPyConnection, first: date, last: date) -> Outcome:
    """Return what became of the calls placed from one local date to another, both included.

    `database` has the view of `simulator.calibrate.observe.prepare`.
    """
    (row,) = database.execute(
        f"""
        SELECT count(*), count(*) FILTER (fate = 'person'), count(*) FILTER (disposition = 'abandoned'),
            count(*) FILTER (disposition IN ({_TOLD})), count(*) FILTER (disposition = 'promise'),
            coalesce(sum(promise_cents) FILTER (disposition = 'promise'), 0), count(talk_s),
            coalesce(sum(talk_s), 0), count(DISTINCT who) FILTER (disposition IN ({_TOLD}))
        FROM call WHERE day BETWEEN ? AND ?
        """,
        [first, last],
    ).fetchall()
    return Outcome(*map(float, row))


def outcome_of_run(result: Result, start_ns: int, end_ns: int) -> Outcome:
    """Return what became of the calls that a run on the fast path placed in an interval of time."""
    placed_ns = result.calls["placed_ns"]
    own = (result.calls["closed_ns"] != NONE) & (start_ns <= placed_ns) & (placed_ns < end_ns)
    calls, persons = result.calls[own], result.persons[own]
    disposition = calls["disposition"]
    contact = np.isin(disposition, [DISPOSITION[name] for name in CONTACTS])
    cents = calls["promise_cents"][disposition == DISPOSITION["promise"]]
    talked = calls[(calls["bridged_ns"] != NONE) & (calls["ended_ns"] != NONE)]
    return Outcome(
        placed=len(calls),
        answered=int(np.sum((calls["answered_ns"] != NONE) & (disposition != DISPOSITION["machine"]))),
        abandoned=int(np.sum(disposition == DISPOSITION["abandoned"])),
        contacts=int(contact.sum()),
        promises=len(cents),
        promised_cents=int(cents[cents != NONE].sum()),
        talked=len(talked),
        talk_s=int((talked["ended_ns"] - talked["bridged_ns"]).sum()) / NS_PER_S,
        reached=len(np.unique(persons[contact])),
    )


class Counting:
    """Counts the attempts that were placed in an interval of time, as they are closed."""

    def __init__(self, start_ns: int, end_ns: int) -> None:
        self._start_ns, self._end_ns = start_ns, end_ns
        self._counts: dict[str, float] = dict.fromkeys(Outcome._fields, 0)
        self._persons: set[str] = set()
        self._talk_ns = 0

    def take(self, _: object, effects: tuple[AnyEffect, ...], __: object) -> None:
        """Fold in one entry: its event, its effects, its record."""
        for effect in effects:
            if isinstance(effect, CloseAttempt) and self._start_ns <= effect.placed_ns < self._end_ns:
                self._attempt(effect)

    def outcome(self) -> Outcome:
        """Return what was counted."""
        return Outcome(**self._counts | {"reached": len(self._persons), "talk_s": self._talk_ns / NS_PER_S})

    def _attempt(self, row: CloseAttempt) -> None:
        counts, promised = self._counts, row.disposition == "promise"
        counts["placed"] += 1
        counts["answered"] += row.answered_ns is not None and row.disposition != "machine"
        counts["abandoned"] += row.disposition == "abandoned"
        counts["contacts"] += row.disposition in CONTACTS
        counts["promises"] += promised
        counts["promised_cents"] += (row.promise_cents or 0) if promised else 0
        if row.disposition in CONTACTS:
            self._persons.add(row.person)
        if row.bridged_ns is not None and row.ended_ns is not None:
            counts["talked"] += 1
            self._talk_ns += row.ended_ns - row.bridged_ns
