"""A history's folder as relations of a database: every table of the contract, empty where the folder has none."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import duckdb

from dialer.ports.history import TABLES, sql_columns
from strategies.errors import ConfigError

_HINT = "name a folder with attempts.parquet, as `paceline history import` writes it"


def relate(folder: Path, database: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Make a view of `database` for every table of the history in `folder`, an empty table for every other one.

    A table is one Parquet file, or all those in the folder of its name and in the folders there, such as
    ``attempts/day=2026-11-23/0.parquet``. A column that a file lacks is null; a column that the contract does not
    know is left out. The view ``numbered`` is the table ``attempts`` with the place of each row in ``n``, from 1.

    Returns
    -------
    frozenset of str
        The tables that the folder has.

    Raises
    ------
    ConfigError
        When there is no table ``attempts``, or a file cannot be read or lacks a required column.
    """
    if not folder.is_dir():
        raise ConfigError("there is no such folder", file=str(folder), hint=_HINT)
    found = {table: files for table in TABLES if (files := files_of(folder, table))}
    if "attempts" not in found:
        raise ConfigError("a history needs the table attempts", file=str(folder), hint=_HINT)
    for table in TABLES:
        if table in found:
            _make_view(table, found[table], database)
        else:
            database.execute(f"CREATE TABLE {table} ({sql_columns(table)})").fetchall()
    return frozenset(found)


def files_of(folder: Path, table: str) -> list[Path]:
    """Return the files of a table of the history in `folder`, in the order of their rows; none where it has none."""
    one = folder / f"{table}.parquet"
    return [one] if one.is_file() else sorted((folder / table).rglob("*.parquet"))


def _make_view(table: str, files: list[Path], database: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    # The name of a folder may hold a column, and what looks like a number there is still a name.
    source = f"read_parquet([{names}], union_by_name = true, hive_types_autocast = false)"
    try:
        held = {name for name, *_ in database.execute(f"DESCRIBE FROM {source}").fetchall()}
        lost = [column.name for column in TABLES[table] if column.required and column.name not in held]
        if lost:
            needed = ", ".join(column.name for column in TABLES[table] if column.required)
            raise ConfigError(f"{table} lacks the column {lost[0]}", file=str(files[0]), hint=f"required are {needed}")
        cells = ", ".join(
            f'CAST({_cell(column.name, held)} AS {column.type}) AS "{column.name}"' for column in TABLES[table]
        )
        database.execute(f"CREATE VIEW {table} AS SELECT {cells} FROM {source}").fetchall()
        if table == "attempts":
            number = _number(names, database)
            database.execute(f"CREATE VIEW numbered AS SELECT {number} AS n, {cells} FROM {source}").fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"cannot be read: {reason}", file=str(files[0]), hint="check that it is whole") from None


def _cell(name: str, held: set[str]) -> str:
    return f'"{name}"' if name in held else "NULL"


def _number(names: str, database: duckdb.DuckDBPyConnection) -> str:
    """Return what numbers the rows of the files through, as SQL; unlike a window, every thread can do it by itself."""
    sizes = database.execute(f"SELECT num_rows FROM parquet_file_metadata([{names}])").fetchall()
    before = list(accumulate((rows for (rows,) in sizes), initial=1))
    return f"CAST({before} AS BIGINT[])[file_index::BIGINT + 1] + file_row_number"
