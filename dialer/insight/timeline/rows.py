"""The rows of a history that are about one call, one account or one agent.

Every query asks one column for given values, which the files' own statistics answer for most of their rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from dialer.core.units import NS_PER_S
from dialer.insight.tables import Tables
from dialer.insight.timeline.moments import Kind, Span
from dialer.ports.history import TABLES

Row = dict[str, Any]
"""A row by columns: instants as microseconds since 1970, days as ISO 8601 writes them."""

TELLING: dict[Kind, tuple[str, ...]] = {
    "call": ("attempts", "quality"),
    "account": tuple(table for table in TABLES if table != "agents"),
    "agent": ("attempts", "agents", "quality"),
}
"""The tables that tell of each kind of subject."""


class Found(NamedTuple):
    """What a history has about a subject.

    Attributes
    ----------
    subject, kind : str, Kind
        Its id, and what it is.
    rows : dict of str to list of Row
        By table of `TELLING`, in order of time.
    unknown : tuple of str
        Those of `TELLING` that the history does not have.
    """

    subject: str
    kind: Kind
    rows: dict[str, list[Row]]
    unknown: tuple[str, ...]


def rows_about(subject: str, tables: Tables, span: Span | None = None) -> Found | None:
    """Return what `tables` have about a call of this id, else an account, else an agent; None when nothing.

    Of an agent, who has a hundred calls a day, only those rows are read that may tell of `span`.
    """
    for kind in TELLING:
        match kind:
            case "call":
                found = _of_call(subject, tables)
            case "account":
                found = _of_account(subject, tables)
            case "agent":
                found = _of_agent(subject, tables, span)
        if any(found.values()):
            unknown = tuple(table for table in TELLING[kind] if table not in tables.known)
            return Found(subject, kind, {table: found[table] for table in TELLING[kind]}, unknown)
    return None


def is_any(column: str, values: Collection[str]) -> str:
    """Return the SQL condition that a column has one of some values."""
    return f"{column} IN ({', '.join(map(_text, sorted(values)))})" if values else "FALSE"


def persons_of(rows: Mapping[str, Iterable[Row]]) -> set[str]:
    """Return who owes or was to be reached for an account, by its attempts, leads and days."""
    own = {row["person"] for table in ("attempts", "leads", "accounts") for row in rows[table]}
    return {person for person in own.union(row["about"] for row in rows["attempts"]) if person is not None}


def numbers_of(rows: Mapping[str, Iterable[Row]]) -> set[str]:
    """Return the numbers and addresses of an account, by its attempts and leads."""
    tried = {row["endpoint"] for row in rows["attempts"] if row["endpoint"] is not None}
    return tried.union(*(row["endpoints"] or () for row in rows["leads"]))


def _of_call(subject: str, tables: Tables) -> dict[str, list[Row]]:
    own = is_any("attempt", (subject,))
    attempts = _rows(tables, "attempts", own)
    return {"attempts": attempts, "quality": _rows(tables, "quality", own) if attempts else []}


def _of_account(subject: str, tables: Tables) -> dict[str, list[Row]]:
    """Return what is about an account, and what its persons said about none in particular."""
    own = is_any("account", (subject,))
    found = {table: _rows(tables, table, own) for table in ("attempts", "leads", "payments", "accounts")}
    persons, numbers = persons_of(found), numbers_of(found)
    theirs = f"{is_any('person', persons)} AND coalesce(account, '') IN ('', {_text(subject)})"
    for table in ("inbound", "earlier"):
        found[table] = _rows(tables, table, f"{own} OR ({theirs})")
    found["consents"] = _rows(tables, "consents", theirs)
    scopes = {"account": (subject,), "person": persons, "number": numbers}
    listed = " OR ".join(f"(scope = '{scope}' AND {is_any('key', keys)})" for scope, keys in scopes.items())
    found["suppressions"] = _rows(tables, "suppressions", listed)
    found["quality"] = _of_calls(tables, own) if found["attempts"] else []
    return found


def _of_agent(subject: str, tables: Tables, span: Span | None) -> dict[str, list[Row]]:
    """Return what an agent did, was in, and said; also in calls that another agent is noted for."""
    own = is_any("agent", (subject,))
    called = f"{own} AND {_begun('placed_at', span)}"
    attempts = _rows(tables, "attempts", called)
    said = _rows(tables, "quality", own) if span is None else _of_calls(tables, _begun("placed_at", span), own)
    others = {row["attempt"] for row in said} - {row["attempt"] for row in attempts}
    if others:
        attempts = _ordered("attempts", [*attempts, *_rows(tables, "attempts", is_any("attempt", others))])
    heard = _of_calls(tables, called, "agent IS NULL") if attempts else []
    return {
        "attempts": attempts,
        "agents": _rows(tables, "agents", f"{own} AND {_begun('from_at', span)}"),
        "quality": _ordered("quality", [*said, *heard]),
    }


def _of_calls(tables: Tables, condition: str, heard: str = "TRUE") -> list[Row]:
    """Return what was heard in the attempts under a condition; `heard`: another one, of what was heard."""
    if "quality" not in tables.known:
        return []
    return _rows(tables, "quality", f"{heard} AND attempt IN (SELECT attempt FROM attempts WHERE {condition})")


def _begun(column: str, span: Span | None) -> str:
    """Return the SQL condition that what began at `column` may have happened within `span`: it lasts a day at most."""
    if span is None:
        return "TRUE"
    since, until = (datetime.fromtimestamp(at_ns // NS_PER_S, UTC) for at_ns in span)
    begun = since - timedelta(days=1)
    return f"{column} >= {_text(str(begun))}::TIMESTAMPTZ AND {column} < {_text(str(until))}::TIMESTAMPTZ"


def _rows(tables: Tables, table: str, condition: str) -> list[Row]:
    cells = ", ".join(_cell(column.name, column.type) for column in TABLES[table])
    rows = tables.database.execute(f"SELECT {cells} FROM {table} WHERE {condition}").fetchall()
    names = [column.name for column in TABLES[table]]
    return _ordered(table, [dict(zip(names, row, strict=True)) for row in rows])


def _ordered(table: str, rows: Iterable[Row]) -> list[Row]:
    """Return rows by their first instant; those of one instant in an order that every engine keeps."""
    first = next((c.name for c in TABLES[table] if c.required and c.type in ("TIMESTAMPTZ", "DATE")), "attempt")
    return sorted(rows, key=lambda row: (row[first], repr(row)))


def _cell(name: str, kind: str) -> str:
    match kind:
        case "TIMESTAMPTZ":
            return f'epoch_us("{name}") AS "{name}"'
        case "DATE":
            return f'CAST("{name}" AS VARCHAR) AS "{name}"'
        case _:
            return f'"{name}"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
