"""What a history can calibrate and what it cannot, and what it looks like by day and by hour."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from dialer.core.call import CONTACTS

ENOUGH = 100
"""Observations below which a law is not fitted and the default stands (house value, 2026-11): the standard error of a
share is then up to five points."""

_CONTACTS = ", ".join(f"'{name}'" for name in CONTACTS)

_EVIDENCE = {
    "answer": ("answered_at IS NOT NULL OR answered_by IS NOT NULL", "count(*)"),
    "machine": ("answered_by IS NOT NULL", "count(*)"),
    "ring": ("answered_at > placed_at AND coalesce(answered_by, '') <> 'machine'", "count(*)"),
    "set_up": ("ringing_at IS NOT NULL", "count(*)"),
    "timeout": ("disposition = 'no_answer' AND ended_at IS NOT NULL", "count(*)"),
    "talk": ("bridged_at IS NOT NULL AND ended_at IS NOT NULL", "count(*)"),
    "outcome": (f"bridged_at IS NOT NULL AND disposition IN ({_CONTACTS})", "count(*)"),
    "patience": ("answered_at IS NOT NULL AND bridged_at IS NULL AND answered_by <> 'machine'", "count(*)"),
    "detection": ("told_at > answered_at", "count(*)"),
    "wrap": ("ready_at IS NOT NULL", "count(*)"),
    "speed": ("agent IS NOT NULL AND bridged_at IS NOT NULL AND ended_at IS NOT NULL", "count(DISTINCT agent)"),
    "person": ("person IS NOT NULL AND attempt_number > 1", "count(*)"),
    "promise": ("promise_cents IS NOT NULL", "count(*)"),
    "callback": ("callback_at IS NOT NULL", "count(*)"),
}

_TABLES = {"log_in": "agents", "payment": "payments", "self_cure": "accounts", "list": "leads"}

NEEDED = dict.fromkeys(_EVIDENCE, ENOUGH) | dict.fromkeys(_TABLES, 1) | {"speed": 5}
"""By law, how many observations it takes."""


class Evidence(NamedTuple):
    """How many observations of a law there are, and whether they are enough."""

    law: str
    observations: int
    enough: bool


class Description(NamedTuple):
    """A history at a glance.

    Attributes
    ----------
    first, last : str
        Local dates of the first and the last attempt, in `zone`.
    zone : str
        The clock of the figures by hour.
    attempts, leads, agents, days : int
        How many.
    dispositions : tuple of (str, int)
        The most frequent first.
    by_hour : tuple of (int, int, int)
        Local hour, attempts, answered by a person or something that nobody could tell from one.
    by_day : tuple of (str, int, int)
        The same by local date.
    evidence : tuple of Evidence
        What can be calibrated.
    """

    first: str
    last: str
    zone: str
    attempts: int
    leads: int
    agents: int
    days: int
    dispositions: tuple[tuple[str, int], ...]
    by_hour: tuple[tuple[int, int, int], ...]
    by_day: tuple[tuple[str, int, int], ...]
    evidence: tuple[Evidence, ...]


def describe(database: duckdb.DuckDBPyConnection, zone: str) -> Description:
    """Return what is in the history behind `database`, by the clock of `zone`."""
    local = f"placed_at AT TIME ZONE '{zone}'"
    ((first, last, attempts, leads, agents, days),) = database.execute(
        f"SELECT strftime(min({local}), '%Y-%m-%d'), strftime(max({local}), '%Y-%m-%d'), count(*), "
        f"count(DISTINCT (campaign, lead)), count(DISTINCT agent), count(DISTINCT date_trunc('day', {local})) "
        "FROM attempts WHERE channel = 'call'"
    ).fetchall()
    answered = "count(*) FILTER (answered_at IS NOT NULL AND coalesce(answered_by, '') <> 'machine')"
    groups = "FROM attempts WHERE channel = 'call' GROUP BY 1 ORDER BY 1"
    by_hour = database.execute(f"SELECT hour({local}), count(*), {answered} {groups}").fetchall()
    by_day = database.execute(f"SELECT strftime({local}, '%Y-%m-%d'), count(*), {answered} {groups}").fetchall()
    dispositions = database.execute(
        "SELECT disposition, count(*) FROM attempts GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return Description(
        first or "",
        last or "",
        zone,
        attempts,
        leads,
        agents,
        days,
        tuple(dispositions),
        tuple(by_hour),
        tuple(by_day),
        tuple(_evidence(database)),
    )


def _evidence(database: duckdb.DuckDBPyConnection) -> list[Evidence]:
    found = []
    for law, (condition, counted) in _EVIDENCE.items():
        query = f"SELECT {counted} FROM attempts WHERE channel = 'call' AND ({condition})"
        ((observations,),) = database.execute(query).fetchall()
        found.append(Evidence(law, observations, observations >= NEEDED[law]))
    for law, table in _TABLES.items():
        ((observations,),) = database.execute(f"SELECT count(*) FROM {table}").fetchall()
        found.append(Evidence(law, observations, observations >= NEEDED[law]))
    return found
