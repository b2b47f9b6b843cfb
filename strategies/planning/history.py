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

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

import duckdb
import msgspec

from strategies.compliance.counters import Counted, counted
from strategies.compliance.misses import FAILED
from strategies.compliance.records import Contact, PastContact
from strategies.compliance.rulebook import Channel, Frequency, LastResort, Lockout, Mode, Party, Purpose, Rule, Scope
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


_ROWS = 10_000
"""Rows of the history that are read at a time."""


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


def past_contacts(database: duckdb.DuckDBPyConnection, about: str, at_ns: int) -> Iterator[PastContact]:
    """Yield the rows of ``history`` begun by `at_ns` for which the SQL `about` is true, in the order of their ends.

    What had not ended by then is not known yet. A word that the history does not say is empty, and may be any.
    """
    settled = f"reach IS NOT NULL AND coalesce(ended, begun) <= {_instant(at_ns)}"
    columns = ", ".join(map(str, range(1, len(COLUMNS) + 1)))
    keys = "coalesce(person_id, ''), coalesce(account_id, ''), coalesce(number, ''), coalesce(campaign, '')"
    words = "coalesce(channel, ''), coalesce(mode, ''), coalesce(purpose, ''), coalesce(party, '')"
    found = database.execute(
        f"""
        SELECT {keys}, {words}, epoch_ns(begun),
            CASE WHEN {settled} THEN epoch_ns(coalesce(ended, begun)) END,
            CASE WHEN inbound OR {settled} THEN reach END, inbound
        FROM history WHERE begun <= {_instant(at_ns)} AND ({about})
        ORDER BY CASE WHEN NOT inbound AND {settled} THEN coalesce(ended, begun) ELSE begun END, {columns}
        """
    )
    while rows := found.fetchmany(_ROWS):
        for person, account, number, campaign, channel, mode, purpose, party, begun, ended, reach, inbound in rows:
            contact = Contact(person, account, number, campaign, (), channel, mode, purpose, party)
            yield PastContact(contact, begun, ended, reach, inbound)


def needed(rules: Sequence[Rule], at_ns: int) -> str:
    """Return SQL for the rows of ``history`` that one of `rules` may look at from `at_ns` on.

    They are those that a gate would still remember: within the longest window that counts them, and where a rule
    keeps other parties for the last resort, what was tried in vain since the debtor was last reached.
    """
    longest: dict[Counted, int] = {}
    for event in events_of(rules).values():
        longest[event.what] = max(longest.get(event.what, 0), event.longest_ns)
    wanted = [f"({_counts(what, longest_ns, at_ns)})" for what, longest_ns in longest.items()]
    if any(isinstance(rule, LastResort) for rule in rules):
        failed = ", ".join(f"'{reach}'" for reach in (*FAILED, "none"))
        wanted.append(
            f"""(account_id IN (SELECT account_id FROM party WHERE role = 'contact')
                AND party = 'debtor' AND channel = 'voice' AND NOT inbound
                AND coalesce(coalesce(ended, begun) > (
                    SELECT max(CASE WHEN own.inbound THEN own.begun ELSE coalesce(own.ended, own.begun) END)
                    FROM history AS own
                    WHERE own.account_id = history.account_id AND own.party = 'debtor'
                        AND own.begun <= {_instant(at_ns)}
                        AND CASE WHEN own.inbound THEN coalesce(own.reach, 'conversation') <> 'none'
                            ELSE own.channel = 'voice' AND own.reach NOT IN ({failed}) END
                ), TRUE))"""
        )
    return " OR ".join(wanted) or "FALSE"


def oldest_ns(database: duckdb.DuckDBPyConnection) -> int | None:
    """Return the instant of the first contact on record; None when there is none."""
    ((oldest,),) = database.execute("SELECT epoch_ns(min(begun)) FROM history").fetchall()
    return oldest


def _instant(t_ns: int) -> str:
    return f"make_timestamp_ns({t_ns})"


def _nth_latest(event: Event, at_ns: int) -> str:
    moment = _moment(event.what, at_ns)
    matching = f"FILTER (WHERE {_counts(event.what, event.longest_ns, at_ns)})"
    latest = f"max({moment}) {matching}" if event.nth == 1 else f"(max({moment}, {event.nth}) {matching})[{event.nth}]"
    return f"epoch_ns({latest})"


def _settled(at_ns: int) -> str:
    return f"(inbound OR reach IS NOT NULL AND coalesce(ended, begun) <= {_instant(at_ns)})"


def _moment(what: Counted, at_ns: int) -> str:
    if what.moment == "settled":
        return f"CASE WHEN {_settled(at_ns)} AND NOT inbound THEN coalesce(ended, begun) ELSE begun END"
    return "begun"


def _counts(what: Counted, longest_ns: int, at_ns: int) -> str:
    """Return SQL for the contacts that `what` counts, no older than `longest_ns` at `at_ns`."""
    reaches = ", ".join(f"'{reach}'" for reach in what.reaches)
    conditions = [
        f"(NOT {_settled(at_ns)} OR coalesce(reach, 'conversation') IN ({reaches}))",
        f"{_moment(what, at_ns)} > {_instant(at_ns - longest_ns)}",
    ]
    if not what.inbound:
        conditions.append("NOT inbound")
    for field, known in _WORDS.items():
        if words := getattr(what.applies, field):
            # A word that nobody knows may mean anything, so the rule is about it.
            others = ", ".join(f"'{word}'" for word in known if word not in words)
            conditions.append(f"coalesce({field} NOT IN ({others}), TRUE)" if others else "TRUE")
    return " AND ".join(conditions)
