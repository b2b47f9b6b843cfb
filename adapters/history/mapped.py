"""From another dialler's logs to a history, as a mapping file says; every check is one columnar query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from adapters.history.mapping import REFERENCES, Block, Mapping
from adapters.history.references import reference_sql
from adapters.history.sources import load_sources
from adapters.history.writer import HistoryWriter
from dialer.ports.history import TABLES, Column
from strategies.document import Document
from strategies.errors import ConfigError

LONGEST_H = 12
"""An attempt that takes longer than this is a clock that was set, not a conversation (house value, 2026-11)."""

JUMP_H = 1
"""A row that is further than this from both its neighbours, which are in order, has a clock that jumped."""

UNORDERED_SHARE = 0.05
"""A log with more rows than this out of order is not in order of time, and jumps cannot be seen in it."""

_ORDER = ("placed_at", "ringing_at", "answered_at", "transfer_at", "bridged_at", "ended_at", "ready_at")
_WITH_ZONE = r".*(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_EPOCH = r"[0-9]{9,10}([.][0-9]+)?"
_NEVER = "('', '0', '0000-00-00 00:00:00')"


class _Check(NamedTuple):
    condition: str
    reason: str
    allowed: str


def import_mapped(
    paths: Sequence[Path], document: Document, mapping: Mapping, key: bytes, writer: HistoryWriter
) -> None:
    """Add the history in the files at `paths`.

    Parameters
    ----------
    document : Document
        The text of `mapping`, for messages.
    key : bytes
        Of the references, see `references`.

    Raises
    ------
    ConfigError
        When a file cannot be read, or an expression of the mapping does not fit it.
    """
    database = writer.database
    files = load_sources(paths, mapping, database)
    for table, place, block in mapping.blocks():
        file = next((file for name, file in files.items() if block.rows.startswith(name)), paths[0])
        try:
            _stage(database, table, block, mapping, key)
        except duckdb.Error as error:
            raise _explained(database, document, table, place, block, error) from None
        for check in _checks(table, block, mapping):
            _reject(database, check, file, table)
        if table == "attempts":
            _reject_jumps(database, file)
        columns = ", ".join(f'"{column.name}"' for column in TABLES[table])
        good = "row NOT IN (SELECT row FROM bad)"
        database.execute(f"INSERT INTO {table} SELECT {columns} FROM staged WHERE {good} ORDER BY row").fetchall()
        for name in ("staged", "bad"):
            database.execute(f"DROP TABLE {name}").fetchall()
    for name in mapping.sources:
        database.execute(f"DROP TABLE {name}").fetchall()


def _stage(database: duckdb.DuckDBPyConnection, table: str, block: Block, mapping: Mapping, key: bytes) -> None:
    """Make the table ``staged``: the typed columns, and the texts that they come from as ``said_...``."""
    said = ", ".join(f"TRY(CAST({sql} AS VARCHAR)) AS said_{name}" for name, sql in block.columns.items())
    cells = ", ".join(
        f'{_typed(column, mapping, key) if column.name in block.columns else "NULL"} AS "{column.name}"'
        for column in TABLES[table]
        if column.name != "fields"
    )
    if table == "attempts":
        pairs = ", ".join(f"('{name}', TRY(CAST({sql} AS VARCHAR)))" for name, sql in block.fields.items())
        said += f", {f'map_from_entries([{pairs}])' if pairs else 'NULL'} AS fields"
        cells += ", fields"
    database.execute(
        f"CREATE OR REPLACE TABLE staged AS SELECT row, {cells}, COLUMNS('said_.*') FROM "
        f"(SELECT CAST({block.row} AS BIGINT) AS row, {said} FROM {block.rows} WHERE {block.where})"
    ).fetchall()
    database.execute("CREATE OR REPLACE TABLE bad (row BIGINT)").fetchall()


def _typed(column: Column, mapping: Mapping, key: bytes) -> str:
    said = f"said_{column.name}"
    if column.name in REFERENCES and column.name not in mapping.plain:
        # One number is written in many ways, and must be one endpoint.
        value = f"regexp_replace({said}, '[^0-9+]', '', 'g')" if column.name == "endpoint" else f"trim({said})"
        return f"CASE WHEN trim({said}) <> '' THEN {reference_sql(value, column.name, key)} END"
    if column.name == "disposition":
        words = ", ".join(f"{_text(word)}: {_text(name)}" for word, name in mapping.dispositions.items())
        return f"MAP {{{words}}}[trim({said})]" if words else f"trim({said})"
    if column.type == "TIMESTAMPTZ":
        return _instant(said, mapping.zone)
    if column.type == "VARCHAR[]":
        return f"string_split(nullif(trim({said}), ''), ';')"
    if column.type == "VARCHAR":
        return f"nullif(trim({said}), '')"
    return f"TRY_CAST({said} AS {column.type})"


def _instant(said: str, zone: str | None) -> str:
    local = f"TRY_CAST({said} AS TIMESTAMP) AT TIME ZONE {_text(zone)}" if zone else "NULL"
    return (
        f"CASE WHEN {said} IN {_NEVER} THEN NULL "
        f"WHEN regexp_full_match({said}, '{_EPOCH}') THEN to_timestamp(TRY_CAST({said} AS DOUBLE)) "
        f"WHEN regexp_full_match({said}, '{_WITH_ZONE}') AND contains({said}, ':') "
        f"THEN TRY_CAST({said} AS TIMESTAMPTZ) "
        f"ELSE {local} END"
    )


def _checks(table: str, block: Block, mapping: Mapping) -> Iterator[_Check]:
    columns = [column for column in TABLES[table] if column.name in block.columns]
    for column in columns:
        said, typed = f"said_{column.name}", f'"{column.name}"'
        given = f"{said} IS NOT NULL AND trim({said}) NOT IN {_NEVER}"
        if column.type == "TIMESTAMPTZ":
            if mapping.zone is None:
                bare = f"{given} AND NOT regexp_full_match({said}, '{_WITH_ZONE}|{_EPOCH}')"
                allowed = "a stamp with its offset such as 2026-11-20T09:30:00-05:00, or zone: in the mapping"
                yield _Check(bare, f"{column.name} names no time zone", allowed)
                given += f" AND NOT ({bare})"
            allowed = "a stamp such as 2026-11-20 09:30:00, or seconds since 1970"
            yield _Check(f"{given} AND {typed} IS NULL", f"{column.name} is no instant", allowed)
            early = f"{typed} < TIMESTAMPTZ '2000-01-01 00:00:00+00' OR {typed} > TIMESTAMPTZ '2100-01-01 00:00:00+00'"
            yield _Check(early, f"{column.name}: the clock was not set", "an instant of this century")
        elif column.name == "disposition":
            yield _Check(f"{given} AND {typed} IS NULL", "the disposition is unknown", _words(mapping))
        elif not column.type.startswith("VARCHAR"):
            yield _Check(f"{given} AND {typed} IS NULL", f"{column.name} is not what it should be", column.meaning)
        if column.required:
            empty = f"{said} IS NULL OR trim({said}) IN {_NEVER}"
            yield _Check(empty, f"{column.name} is missing", column.meaning)
    names = [name for name in _ORDER if name in block.columns] if table == "attempts" else []
    for at, first in enumerate(names):
        for later in names[at + 1 :]:
            yield _Check(f"{later} < {first}", f"{later} is before {first}", "instants in order")
    if names:
        yield _Check(
            f"date_diff('hour', placed_at, {names[-1]}) >= {LONGEST_H}",
            f"the clock jumped: {names[-1]} is {LONGEST_H} hours or more after placed_at",
            "instants of one clock",
        )


def _words(mapping: Mapping) -> str:
    return f"one of {', '.join(mapping.dispositions)}, or another word under dispositions: in the mapping"


def _reject(database: duckdb.DuckDBPyConnection, check: _Check, file: Path, table: str) -> None:
    """List the rows that `check` is the first to find."""
    rows = f"FROM staged WHERE ({check.condition}) AND row NOT IN (SELECT row FROM bad)"
    database.execute(
        f"INSERT INTO rejected SELECT ?, row, ?, ?, ? {rows}", [str(file), table, check.reason, check.allowed]
    ).fetchall()
    database.execute(f"INSERT INTO bad SELECT row {rows}").fetchall()


def _reject_jumps(database: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Reject single rows whose clock is far from both neighbours, where the log is in order of time."""
    good = "FROM staged WHERE row NOT IN (SELECT row FROM bad)"
    near = "lag(placed_at) OVER (ORDER BY row) AS before, lead(placed_at) OVER (ORDER BY row) AS after"
    ((out_of_order,),) = database.execute(
        f"SELECT coalesce(avg((placed_at < before)::INT), 0) FROM (SELECT placed_at, {near} {good})"
    ).fetchall()
    if out_of_order > UNORDERED_SHARE:
        return
    far = f"(placed_at > after + INTERVAL {JUMP_H} HOUR OR placed_at < before - INTERVAL {JUMP_H} HOUR)"
    jumped = f"SELECT row FROM (SELECT row, placed_at, {near} {good}) WHERE before <= after AND {far}"
    database.execute(f"CREATE OR REPLACE TABLE jumped AS {jumped}").fetchall()
    check = _Check("row IN (SELECT row FROM jumped)", "the clock jumped: both neighbours are elsewhere", "one clock")
    _reject(database, check, file, "attempts")
    database.execute("DROP TABLE jumped").fetchall()


def _explained(
    database: duckdb.DuckDBPyConnection, document: Document, table: str, place: int, block: Block, error: duckdb.Error
) -> ConfigError:
    """Find the expression that is at fault."""
    where = ("tables", table, place)
    tried = (
        [(*where, "from"), f"SELECT 1 FROM {block.rows}"],
        [(*where, "where"), f"SELECT 1 FROM {block.rows} WHERE {block.where}"],
    )
    columns = ([(*where, "columns", name), f"SELECT {sql} FROM {block.rows}"] for name, sql in block.columns.items())
    hint = "write columns of the log, or SQL over them; texts in single quotes"
    for at, query in (*tried, *columns):
        try:
            database.execute(f"EXPLAIN {query}").fetchall()
        except duckdb.Error as fault:
            return document.fault(at, str(fault).splitlines()[0], hint)
    return document.fault(where, str(error).splitlines()[0], hint)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
