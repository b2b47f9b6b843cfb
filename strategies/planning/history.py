"""What past contacts mean for today, by columns: of every key and kind of event, the latest that a rule looks at.

A cap of `limit` contacts looks at the `limit`-th latest event and a lockout at the latest, see
`strategies.compliance.windows`. So the history is aggregated once by key, and what is joined to the
accounts is one instant for each rule.

The table ``history`` has one row a contact, with the columns of `COLUMNS`. Instants are naive
timestamps in UTC. `ended` and `reach` are NULL for a contact that is not settled; it counts as the
worst that it can become, as in the gate. Of one that the person began, an unknown `reach` is a
conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import duckdb
import msgspec

from strategies.compliance.counters import Counted, counted
from strategies.compliance.rulebook import Channel, Frequency, Lockout, Mode, Party, Purpose, Rule, Scope
from strategies.compliance.windows import longest_ns

COLUMNS: dict[str, str] = {
    "person_id": "VARCHAR",
    "account_id": "VARCHAR",
    "number": "VARCHAR",
    "campaign": "VARCHAR",
    "channel": "VARCHAR",
    "mode": "VARCHAR",
    "purpose": "VARCHAR",
    "party": "VARCHAR",
    "inbound": "BOOLEAN",
    "begun": "TIMESTAMP_NS",
    "ended": "TIMESTAMP_NS",
    "reach": "VARCHAR",
}
"""The columns of ``history`` with their types. `number` is an endpoint, `inbound` says that the person began."""

SUPPRESSED = {"scope": "VARCHAR", "key": "VARCHAR", "channel": "VARCHAR", "source": "VARCHAR", "since_ns": "BIGINT"}
"""The columns of ``suppressed``, the do-not-contact list; an empty channel means all. It binds whatever `since_ns`."""

CONSENTS = {
    "person_id": "VARCHAR",
    "topic": "VARCHAR",
    "given_ns": "BIGINT",
    "source": "VARCHAR",
    "until_ns": "BIGINT",
    "account_id": "VARCHAR",
    "channel": "VARCHAR",
}
"""The columns of ``consent``: those of `strategies.compliance.records.Consent`."""

PARTIES = {
    "account_id": "VARCHAR",
    "role": "VARCHAR",
    "person_id": "VARCHAR",
    "endpoints": "VARCHAR[]",
    "zones": "VARCHAR[]",
    "places": "VARCHAR[]",
}
"""The columns of ``party``: who else may be reached about an account. `role` is a word of `Party`."""

KEYS: dict[Scope, str] = {
    "person": "person_id",
    "account": "account_id",
    "number": "number",
    "campaign": "campaign",
}
"""Which column holds a scope of the rules, in ``history`` and in what is planned."""

_WORDS = {
    "purpose": get_args(Purpose),
    "channel": get_args(Channel),
    "mode": get_args(Mode),
    "party": get_args(Party),
}


class Event(msgspec.Struct, frozen=True):
    """The event that a rule looks at: the `nth` latest of what it counts, no older than `longest_ns`.

    `table` and `column` say where `latest_events` puts its instant, in ns.
    """

    what: Counted
    nth: int
    longest_ns: int
    table: str
    column: str


def events_of(rules: Sequence[Rule]) -> dict[int, Event]:
    """Return the event that each window rule looks at, by the rule's index."""
    tables: dict[tuple[Scope, ...], str] = {}
    events = {}
    for index, rule in enumerate(rules):
        if isinstance(rule, Frequency | Lockout):
            table = tables.setdefault(rule.key, f"latest_{len(tables)}")
            nth = rule.limit if isinstance(rule, Frequency) else 1
            events[index] = Event(counted(rule), nth, longest_ns(rule.window), table, f"event_{index}")
    return events


def latest_events(database: duckdb.DuckDBPyConnection, events: Iterable[Event], at_ns: int) -> None:
    """Make the tables that `events` name, from ``history`` as it was known at `at_ns`."""
    by_table: dict[str, list[Event]] = {}
    for event in events:
        by_table.setdefault(event.table, []).append(event)
    for table, own in by_table.items():
        keys = ", ".join(KEYS[scope] for scope in own[0].what.key)
        columns = ", ".join(f"{_nth_latest(event, at_ns)} AS {event.column}" for event in own)
        found = ", ".join(event.column for event in own)
        oldest_ns = at_ns - max(event.longest_ns for event in own)
        # An event cannot end before it began, but it may have begun before the window and ended in it.
        recent = (
            "begun"
            if all(event.what.moment == "reserved" for event in own)
            else "greatest(begun, coalesce(ended, begun))"
        )
        database.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {table} AS
            SELECT {keys}, {columns} FROM history
            WHERE {recent} >= {_instant(oldest_ns)} AND begun <= {_instant(at_ns)}
            GROUP BY {keys} HAVING coalesce({found}, NULL) IS NOT NULL
            """
        ).fetchall()


def make_empty(database: duckdb.DuckDBPyConnection) -> None:
    """Make those of the tables ``history``, ``suppressed``, ``consent`` and ``party`` that `database` lacks."""
    known = {name for (name,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    tables = {"history": COLUMNS, "suppressed": SUPPRESSED, "consent": CONSENTS, "party": PARTIES}
    for table, columns in tables.items():
        if table not in known:
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            database.execute(f"CREATE TABLE {table} ({listed})").fetchall()


def oldest_ns(database: duckdb.DuckDBPyConnection) -> int | None:
    """Return the instant of the first contact on record; None when there is none."""
    ((oldest,),) = database.execute("SELECT epoch_ns(min(begun)) FROM history").fetchall()
    return oldest


def _instant(t_ns: int) -> str:
    return f"make_timestamp_ns({t_ns})"


def _nth_latest(event: Event, at_ns: int) -> str:
    reaches = ", ".join(f"'{reach}'" for reach in event.what.reaches)
    settled = f"(inbound OR reach IS NOT NULL AND coalesce(ended, begun) <= {_instant(at_ns)})"
    moment = "begun"
    if event.what.moment == "settled":
        moment = f"CASE WHEN {settled} AND NOT inbound THEN coalesce(ended, begun) ELSE begun END"
    conditions = [
        f"(NOT {settled} OR coalesce(reach, 'conversation') IN ({reaches}))",
        f"{moment} > {_instant(at_ns - event.longest_ns)}",
    ]
    if not event.what.inbound:
        conditions.append("NOT inbound")
    for field, known in _WORDS.items():
        if words := getattr(event.what.applies, field):
            # A word that nobody knows may mean anything, so the rule is about it.
            others = ", ".join(f"'{word}'" for word in known if word not in words)
            conditions.append(f"coalesce({field} NOT IN ({others}), TRUE)" if others else "TRUE")
    matching = f"FILTER (WHERE {' AND '.join(conditions)})"
    latest = f"max({moment}) {matching}" if event.nth == 1 else f"(max({moment}, {event.nth}) {matching})[{event.nth}]"
    return f"epoch_ns({latest})"
