"""A history opened for reading: its tables as views, complete in columns, and which of them exist."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from dialer.ports.history import TABLES, sql_columns
from strategies.errors import ConfigError


class History:
    """The tables of a history.

    Parameters
    ----------
    database : duckdb.DuckDBPyConnection
        Has a table or view for each table of the history that exists.

    Attributes
    ----------
    known : frozenset of str
        The tables that exist. The others are there too, and empty.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        self.known = frozenset(name for (name,) in database.execute(names).fetchall()) & TABLES.keys()
        for table in TABLES.keys() - self.known:
            database.execute(f"CREATE TABLE {table} ({sql_columns(table)})").fetchall()


def open_history(folder: Path, database: duckdb.DuckDBPyConnection, told: Collection[str] = ()) -> History:
    """Make a view of `database` for every table of the history in `folder`.

    A column that a file lacks is null; a column that the contract does not know is left out. The tables `told`
    are known to be empty where they are missing.

    Raises
    ------
    ConfigError
        When there is no table ``attempts``, or a file cannot be read or lacks a required column.
    """
    for table, columns in TABLES.items():
        place = folder / f"{table}.parquet"
        parts = folder / table
        source = str(place) if place.is_file() else f"{parts}/*.parquet" if any(parts.glob("*.parquet")) else None
        if source is None:
            if table == "attempts":
                hint = f"give a folder with {table}.parquet, as `paceline history import` writes it, or a journal"
                raise ConfigError("a history needs the table attempts", file=str(folder), hint=hint)
            if table in told:
                database.execute(f"CREATE TABLE {table} ({sql_columns(table)})").fetchall()
            continue
        quoted = source.replace("'", "''")
        try:
            found = {name for name, *_ in database.execute(f"DESCRIBE FROM read_parquet('{quoted}')").fetchall()}
            missing = [column.name for column in columns if column.required and column.name not in found]
            if missing:
                hint = f"required are {', '.join(column.name for column in columns if column.required)}"
                raise ConfigError(f"the column {missing[0]} is missing", file=source, hint=hint)
            values = [(f'"{one.name}"' if one.name in found else "NULL", one) for one in columns]
            listed = ", ".join(f'CAST({value} AS {one.type}) AS "{one.name}"' for value, one in values)
            database.execute(f"CREATE VIEW {table} AS SELECT {listed} FROM read_parquet('{quoted}')").fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(f"cannot be read: {reason}", file=source, hint="check that it is whole") from None
    return History(database)
