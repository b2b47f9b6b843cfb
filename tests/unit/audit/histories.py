"""Histories made row by row, for tests of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from dialer.insight.tables import History
from dialer.ports.history import TABLES, sql_columns

Row = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at_us(t_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=t_us)


def history(attempts: Iterable[Row], **tables: Iterable[Row]) -> History:
    """Return a history of these rows; a table that is not given does not exist."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'; SET threads = 1")
    for table in TABLES:
        database.execute(f"CREATE TABLE {table} ({sql_columns(table)})")
    given = {"attempts": attempts, **tables}
    for table, rows in given.items():
        listed = list(rows)
        used = [column for column in TABLES[table] if any(row.get(column.name) is not None for row in listed)]
        if used:
            values = ", ".join(f'unnest(?::{column.type}[]) AS "{column.name}"' for column in used)
            columns = [[row.get(column.name) for row in listed] for column in used]
            database.execute(f"INSERT INTO {table} BY NAME SELECT {values}", columns)
    database.execute("CREATE VIEW numbered AS SELECT row_number() OVER () AS n, * FROM attempts")
    return History(database, frozenset(given))
