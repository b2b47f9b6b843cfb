"""Past contacts from CSV, Parquet and SQLite files, as the planner reads them.

Columns: ``person_id``, ``account_id`` and ``begun``; and, where they are known, ``number`` (an endpoint such as
``p17/0``), ``campaign``, ``channel``, ``mode``, ``purpose``, ``party``, ``inbound``, ``ended`` and ``reach``. Instants
are in UTC. Whatever is not said may be anything: a contact without ``reach``, or with one that nobody
knows, counts as the worst that it can have become, and one without ``channel`` as made by any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import get_args

import duckdb

from adapters.leads.file.faults import Rejected, tell_faults
from adapters.leads.file.parse import Check, add_faults
from adapters.leads.file.source import Wanted, read_raw
from dialer.core.events import ContactsRemembered
from strategies.compliance.records import Reach
from strategies.compliance.rulebook import Frequency, Lockout, Rule
from strategies.errors import ConfigError
from strategies.planning.history import COLUMNS, KEYS, needed, past_contacts

_NEEDED = ("person_id", "account_id", "begun")

_INSTANT = "an instant in UTC such as 2026-11-20 09:30:00"


_AT_ONCE = 500
"""Contacts in one event."""


def read_history(path: Path, rules: Sequence[Rule], database: duckdb.DuckDBPyConnection) -> Rejected:
    """Make the relation ``history`` of `database` from the file at `path`; return what was rejected.

    Rejected rows are explained in ``<name>.rejected.csv`` beside the file.

    Parameters
    ----------
    path : Path
        A ``.csv`` or ``.parquet`` file, or a ``.sqlite`` one with the table ``contacts``.
    rules : sequence of Rule
        Rules that will count these contacts: a column by which one of them counts must be there.

    Raises
    ------
    ConfigError
        When the file cannot be read, lacks a column or holds another type in it.
    """
    needed = dict.fromkeys(_NEEDED)
    for rule in rules:
        if isinstance(rule, Frequency | Lockout):
            needed |= dict.fromkeys(KEYS[scope] for scope in rule.key)

    def wanted(header: Sequence[str], file: str) -> list[str]:
        for name in needed:
            if name not in header:
                hint = f"needed are {', '.join(needed)}; known besides are {', '.join(set(COLUMNS) - set(needed))}"
                raise ConfigError(f"the column {name} is missing", file=file, line=1, hint=hint)
        return [name for name in header if name in COLUMNS]

    if path.suffix.lower() == ".parquet":
        _view_parquet(path, wanted, database)
    else:
        _load(path, wanted, database)
    rejected = tell_faults(database, path)
    database.execute("DROP TABLE fault").fetchall()
    return rejected


def remembered(
    database: duckdb.DuckDBPyConnection, rules: Sequence[Rule], t_ns: int, at_ns: int
) -> Iterator[ContactsRemembered]:
    """Yield the contacts that `rules` may look at, as ``history`` was at `at_ns`, as events of the instant `t_ns`.

    Those of others than the portfolio's persons and accounts are left out, unless a rule counts by campaign alone.
    """
    persons = "(SELECT person_id FROM accounts UNION SELECT person_id FROM party)"
    about = (
        f"(person_id IN {persons} OR account_id IN (SELECT account_id FROM accounts) "
        f"OR regexp_replace(number, '/[^/]*$', '') IN {persons})"
    )
    if any(isinstance(rule, Frequency | Lockout) and rule.key == ("campaign",) for rule in rules):
        about = "TRUE"
    past = past_contacts(database, f"{about} AND ({needed(rules, at_ns)})", at_ns)
    contacts = tuple(islice(past, _AT_ONCE))
    while contacts:
        more = tuple(islice(past, _AT_ONCE))
        yield ContactsRemembered(t_ns, contacts, last=not more)
        contacts = more


def _view_parquet(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection) -> None:
    """Make ``history`` a view, so that hundreds of millions of rows stay where they are."""
    quoted = str(path).replace("'", "''")
    source = f"read_parquet('{quoted}', file_row_number = true)"
    try:
        types = {name: str(kind) for name, kind, *_ in database.execute(f"DESCRIBE FROM {source}").fetchall()}
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the file and its path") from None
    columns = wanted(list(types), str(path))
    for name in columns:
        sort = "TIMESTAMP" if name in ("begun", "ended") else COLUMNS[name]
        if not types[name].startswith(sort) or "TIME ZONE" in types[name]:
            hint = "store instants in UTC without a zone, ids and words as texts, and inbound as true or false"
            raise ConfigError(f"the column {name} has the type {types[name]}", file=str(path), hint=hint)
    missing = "person_id IS NULL OR account_id IS NULL OR begun IS NULL"
    database.execute(
        "CREATE OR REPLACE TABLE fault AS SELECT file_row_number + 1 AS source_row, "
        "'person_id, account_id or begun' AS field, 'is missing' AS reason, 'a contact has all of them' AS allowed "
        f"FROM {source} WHERE {missing}"
    ).fetchall()
    database.execute(
        f"CREATE OR REPLACE VIEW history AS SELECT {_projection(columns, typed=True)} FROM {source} "
        f"WHERE NOT ({missing})"
    ).fetchall()


def _load(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection) -> None:
    columns = read_raw(path, wanted, database, "contacts")
    for name in ("person_id", "account_id", "begun"):
        add_faults(database, Check(name, "is missing", "a contact has all of them", f"{name} IS NULL"))
    for name in ("begun", "ended"):
        if name in columns:
            unread = f"{name} IS NOT NULL AND TRY_CAST({name} AS TIMESTAMP) IS NULL"
            add_faults(database, Check(name, "is not an instant", _INSTANT, unread))
    database.execute(
        f"CREATE OR REPLACE TABLE history AS SELECT {_projection(columns)} FROM raw "
        "WHERE source_row NOT IN (SELECT source_row FROM fault)"
    ).fetchall()
    database.execute("DROP TABLE raw").fetchall()


def _projection(columns: Sequence[str], *, typed: bool = False) -> str:
    """Return the cells of ``history``. What the file does not say is NULL, and may be anything to the rules."""
    known = ", ".join(f"'{reach}'" for reach in get_args(Reach))
    cells = {name: f"CAST({name if name in columns else 'NULL'} AS {kind})" for name, kind in COLUMNS.items()}
    cells["inbound"] = f"coalesce({cells['inbound']}, FALSE)"
    if "reach" in columns:
        cells["reach"] = f"CASE WHEN reach IN ({known}) THEN reach END"
    if typed:  # the file's own instants, so that what is too old need not be read
        cells |= {name: name for name in ("begun", "ended") if name in columns}
    return ", ".join(f"{cell} AS {name}" for name, cell in cells.items())
