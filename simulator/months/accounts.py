"""The accounts of a portfolio while months go by: what changes from day to day, by columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import numpy as np

from simulator.months.draws import Stream, uniform
from simulator.months.settings import MonthsSettings
from simulator.world.laws import log_spread_of
from strategies.compiled import CompiledStrategy

NEVER = -(2**31)
"""The day of what has not happened."""

CYCLE_DAYS = 30
"""Days from one due date to the next."""

_EPOCH = dt.date(1970, 1, 1)


def day_number(day: dt.date) -> int:
    """Return days since 1970-01-01."""
    return (day - _EPOCH).days


class Accounts:
    """What changes of every account. Arrays have one entry for each, in the order of the portfolio.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has the relation ``accounts`` of `strategies.planning.planner`, which is copied.
    strategy : CompiledStrategy
        Declares the fields; `settings.fields` says which of them change, and how.
    seed : int
        Another seed, other people.
    first_day : datetime.date
        The day that the relation describes.

    Attributes
    ----------
    keys, person_keys : uint64 array
        The identities of account and person, for draws.
    person : int64 array
        Which person owes, counted from 0; `persons` is how many there are.
    past_due : int32 array
        Days past due, 0 when nothing is.
    due_in : int32 array
        Days until the next due date; of no meaning while past due.
    balance, promised, paid : int64 array
        Hundredths of the currency: what is owed, what the running promise is for, the last payment.
    keeps : float64 array
        Chance that the running promise is kept, before the person's ability.
    promise_due, broken_on, paid_on, contact_on : int32 array
        Days (`day_number`), or `NEVER`.
    failed : int32 array
        Attempts without a conversation since the last one.
    disputed, complained, opted_out, handed_over : bool array
        Marks.
    lift, lift_until : float64 and int32 array
        Factor on the chance to pay after a contact, and its last day.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        strategy: CompiledStrategy,
        settings: MonthsSettings,
        seed: int,
        first_day: dt.date,
    ) -> None:
        self._database, self._roles, self.first_day = database, settings.fields, day_number(first_day)
        self._types = {field.name: field.type for field in strategy.fields}
        database.execute(
            "CREATE OR REPLACE TABLE portfolio AS SELECT *, dense_rank() OVER (ORDER BY person_id) - 1 AS person, "
            "row_number() OVER (ORDER BY source_row) - 1 AS row FROM accounts ORDER BY source_row"
        ).fetchall()
        found = database.execute(
            "SELECT md5_number_lower(account_id) AS keys, md5_number_lower(person_id) AS person_keys, person "
            "FROM portfolio"
        ).fetchnumpy()
        self.keys, self.person_keys, self.person = (
            np.asarray(found[name], kind)
            for name, kind in (("keys", np.uint64), ("person_keys", np.uint64), ("person", np.int64))
        )
        self._rows = np.arange(len(self.keys))
        self.persons = int(self.person.max()) + 1
        count = len(self.keys)
        roles = self._roles
        late = self._first_of((*roles.past_due, *roles.age))
        self.past_due = np.maximum(self._read(late, 0), 0).astype(np.int32) if late else np.ones(count, np.int32)
        draw = uniform(seed, Stream.DUE_DAY, self.keys)
        due_in = np.ceil(draw * CYCLE_DAYS).astype(np.int32)
        told = self._first_of(roles.to_due)
        self.due_in = (
            np.where(self._read(told, -1) >= 0, self._read(told, -1), due_in).astype(np.int32) if told else due_in
        )
        self.balance = np.rint(self._read(roles.balance, 0.0) * 100).astype(np.int64)
        self.promised = np.rint(self._read(roles.promised_amount, 0.0) * 100).astype(np.int64)
        self.paid = np.rint(self._read(roles.last_payment, 0.0) * 100).astype(np.int64)
        self.promise_due, self.broken_on, self.paid_on, self.contact_on = (
            self._read(name, NEVER).astype(np.int32)
            for name in (roles.promise_due, roles.promise_broken_on, roles.last_payment_on, roles.last_contact_on)
        )
        self.failed = self._read(roles.failed_attempts, 0).astype(np.int32)
        self.disputed, self.complained, self.opted_out = (
            self._read(name, 0) > 0 for name in (roles.disputed, roles.complained, roles.opted_out)
        )
        self.keeps = np.full(count, settings.payment.kept_share)
        self.handed_over = np.zeros(count, bool)
        self.lift, self.lift_until = np.ones(count), np.full(count, NEVER, np.int32)
        draw = uniform(seed, Stream.ABILITY, self.person_keys)
        self.ability = log_spread_of(draw, settings.cure.ability_sigma)

    def __len__(self) -> int:
        return len(self.keys)

    def write(self, day: int) -> None:
        """Make the relation ``accounts`` as on the morning of `day`: a view, which holds until an array changes."""
        changed = {name: how for name, how in self._columns(day) if name in self._types}
        if not changed:
            return
        self._database.unregister("today_columns")
        columns = {name: values for name, (values, _) in changed.items()}
        self._database.register("today_columns", {"row": self._rows, **columns})
        replaced = ", ".join(f"{sql.format(f'now.{name}')} AS {name}" for name, (_, sql) in changed.items())
        # Not a positional join: the planner of queries takes its result for empty, and joins the wrong way round.
        self._database.execute(
            f"CREATE OR REPLACE TEMP VIEW accounts AS SELECT portfolio.* EXCLUDE (person, row) REPLACE ({replaced}) "
            "FROM portfolio JOIN today_columns AS now USING (row)"
        ).fetchall()

    def _columns(self, day: int) -> Iterator[tuple[str, tuple[np.ndarray, str]]]:
        roles, date = self._roles, f"CASE WHEN {{0}} <> {NEVER} THEN DATE '1970-01-01' + {{0}} END"
        for name in roles.past_due:
            yield name, (self.past_due, "{0}")
        for name in roles.age:
            yield name, (np.full(len(self), day - self.first_day, np.int32), f"portfolio.{name} + {{0}}")
        for name in roles.to_due:
            yield name, (np.where(self.past_due > 0, -1, self.due_in), "nullif({0}, -1)")
        due_on = np.where(self.past_due > 0, day - self.past_due, day + self.due_in).astype(np.int32)
        yield roles.due_date, (due_on, date)
        for name, cents in ((roles.balance, self.balance), (roles.promised_amount, self.promised),
                            (roles.last_payment, self.paid)):  # fmt: skip
            money = "{0} / 100.0" if self._types.get(name) == "number" else "CAST({0} / 100 AS DECIMAL(18, 2))"
            yield name, (cents, money)
        dates = (roles.promise_due, roles.promise_broken_on, roles.last_payment_on, roles.last_contact_on)
        for name, days in zip(dates, (self.promise_due, self.broken_on, self.paid_on, self.contact_on), strict=True):
            yield name, (days, date)
        yield roles.failed_attempts, (self.failed, "{0}")
        for name, marks in ((roles.disputed, self.disputed), (roles.complained, self.complained),
                            (roles.opted_out, self.opted_out)):  # fmt: skip
            # A mark that the portfolio left open stays open until something is known.
            yield name, (marks, f"CASE WHEN {{0}} THEN TRUE ELSE portfolio.{name} END")

    def _first_of(self, names: tuple[str, ...]) -> str:
        return next((name for name in names if name in self._types), "")

    def _read(self, name: str, missing: float) -> np.ndarray:
        """Return a column of the portfolio as numbers; dates as days; `missing` where it is empty or not declared."""
        if name not in self._types:
            return np.full(len(self.keys), missing)
        value = f"{name} - DATE '1970-01-01'" if self._types[name] == "date" else name
        query = f"SELECT coalesce(CAST({value} AS DOUBLE), {missing}) AS value FROM portfolio"
        return np.asarray(self._database.execute(query).fetchnumpy()["value"])
