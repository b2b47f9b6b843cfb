"""Taking a person out of a portfolio's file: the one place where numbers and names are kept."""

from __future__ import annotations

import csv
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from strategies.errors import ConfigError

_COLUMN = "person_id"


def erase_person(path: Path, person: str, table: str = "accounts") -> int:
    """Remove the rows of `person` from a CSV, Parquet or SQLite file; return how many they were.

    The file is replaced at once or not at all; all other rows stay as they are, in their order. A SQLite file is
    rewritten, so that nothing of the rows is left in it.

    Raises
    ------
    ConfigError
        When the file cannot be read or written, or has no column `person_id`.
    """
    try:
        match path.suffix.lower():
            case ".csv":
                return _erase_csv(path, person)
            case ".parquet":
                return _erase_parquet(path, person)
            case _:
                return _erase_sqlite(path, person, table)
    except (OSError, UnicodeDecodeError, duckdb.Error, sqlite3.Error):
        raise ConfigError(
            "nobody could be erased from this file", file=str(path), hint="name a portfolio that can be written to"
        ) from None


def _no_column(path: Path) -> ConfigError:
    return ConfigError(f"the column {_COLUMN} is missing", file=str(path), hint="name a portfolio")


def _erase_csv(path: Path, person: str) -> int:
    part = path.with_suffix(path.suffix + ".part")
    removed = 0
    with path.open(encoding="utf-8", newline="") as source, part.open("w", encoding="utf-8", newline="") as target:
        rows, out = csv.reader(source), csv.writer(target, lineterminator="\n")
        header = next(rows, [])
        if _COLUMN not in header:
            part.unlink()
            raise _no_column(path)
        place = header.index(_COLUMN)
        out.writerow(header)
        for row in rows:
            if len(row) > place and row[place] == person:
                removed += 1
            else:
                out.writerow(row)
        target.flush()
        os.fsync(target.fileno())
    part.replace(path)
    return removed


def _erase_parquet(path: Path, person: str) -> int:
    part = path.with_suffix(path.suffix + ".part")
    with duckdb.connect() as database:
        columns = [
            name for name, *_ in database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        ]
        if _COLUMN not in columns:
            raise _no_column(path)
        ((removed,),) = database.execute(
            f"SELECT count(*) FROM read_parquet(?) WHERE {_COLUMN} = ?", [str(path), person]
        ).fetchall()
        source, target = (str(one).replace("'", "''") for one in (path, part))
        database.execute(
            f"COPY (SELECT * FROM read_parquet('{source}') WHERE {_COLUMN} IS DISTINCT FROM $1) "
            f"TO '{target}' (FORMAT PARQUET)",
            [person],
        ).fetchall()
    part.replace(path)
    return removed


def _erase_sqlite(path: Path, person: str, table: str) -> int:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
        if not any(column[1] == _COLUMN for column in database.execute(f"PRAGMA table_info({table})")):
            raise _no_column(path)
        with database:
            removed = database.execute(f"DELETE FROM {table} WHERE {_COLUMN} = ?", [person]).rowcount
        database.execute("VACUUM")
    return removed
