"""Reading a CSV, Parquet or SQLite file into the table ``raw``, all cells as texts."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from adapters.leads.file.columns import PHONE
from strategies.errors import ConfigError

BATCH = 50_000
"""Rows that are in memory as Python texts at a time: some 50 MB with ten columns."""

Wanted = Callable[[Sequence[str], str], list[str]]
"""From a file's columns and its path to those that are to be read; `ConfigError` when one is missing."""


def read_raw(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Fill ``raw`` and ``fault`` (rows that could not be taken apart), and return the columns of ``raw``.

    ``source_row`` is the line on which a CSV row starts (the header is line 1), or the number of a row of
    Parquet or of the SQLite `table`, from 1.

    Raises
    ------
    ConfigError
        When the file as a whole cannot be read.
    """
    database.execute(
        "CREATE OR REPLACE TABLE fault (source_row BIGINT, field VARCHAR, reason VARCHAR, allowed VARCHAR)"
    ).fetchall()
    match path.suffix.lower():
        case ".csv":
            return _read_csv(path, wanted, database)
        case ".parquet":
            return _read_parquet(path, wanted, database)
        case ".sqlite" | ".db":
            return _read_sqlite(path, wanted, database, table)
        case _:
            hint = "name the file *.csv, *.parquet or *.sqlite"
            raise ConfigError("this is neither CSV nor Parquet nor SQLite", file=str(path), hint=hint)


def _read_sqlite(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.text_factory = lambda cell: cell.decode(errors="replace")
            rows = source.execute(f"SELECT * FROM {table}")
            header = [name for name, *_ in rows.description]
            columns = _make_raw(header, wanted, str(path), database)
            places = [header.index(name) for name in columns]
            for batch in _batches((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1)):
                _insert(database, batch, places)
    except sqlite3.Error as error:
        hint = f"the file must be a SQLite database with the table {table}"
        raise ConfigError(f"cannot be read: {error}", file=str(path), hint=hint) from None
    return columns


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bytes():
            return "\ufffd"  # what cannot be text is a fault of the row
        case _:
            return str(cell)


def _make_raw(header: list[str], wanted: Wanted, file: str, database: duckdb.DuckDBPyConnection) -> list[str]:
    columns = wanted(header, file)
    names = ", ".join(f"{name} VARCHAR" for name in columns)
    database.execute(f"CREATE OR REPLACE TABLE raw (source_row BIGINT, {names})").fetchall()
    return columns


def _read_parquet(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        source = database.read_parquet(str(path), file_row_number=True)
        types = dict(zip(source.columns, source.types, strict=True))
        columns = wanted(source.columns, str(path))
        cells = ", ".join(_parquet_cell(name, str(types[name]), str(path)) for name in columns)
        database.execute("DROP TABLE IF EXISTS raw").fetchall()
        source.project(f"file_row_number + 1 AS source_row, {cells}").create("raw")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the file and its path") from None
    return columns


def _parquet_cell(name: str, kind: str, file: str) -> str:
    if kind == "VARCHAR[]" and (name in ("zones", "places") or PHONE.fullmatch(name)):
        return f"nullif(array_to_string({name}, ';'), '') AS {name}"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB")):
        hint = "store one plain value a row; phones, zones and places may be lists of texts"
        raise ConfigError(f"the column {name} has the type {kind}", file=file, hint=hint)
    return f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}"


def _read_csv(path: Path, wanted: Wanted, database: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [name.strip() for name in next(lines, [])]
            columns = _make_raw(header, wanted, str(path), database)
            faults: list[tuple[int, str]] = []
            for batch in _batches(_rows(lines, len(header), faults)):
                _insert(database, batch, [header.index(name) for name in columns])
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the path") from None
    except csv.Error as error:
        raise ConfigError(
            f"the first line cannot be read: {error}", file=str(path), line=1, hint="names separated by commas"
        ) from None
    if faults:
        allowed = f"{len(header)} cells separated by commas, quotes in pairs"
        database.executemany(
            "INSERT INTO fault VALUES (?, '', ?, ?)", [(*fault, allowed) for fault in faults]
        ).fetchall()
    return columns


def _rows(lines: Any, width: int, faults: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield every row of `width` cells with its first line; the others go to `faults`."""
    while True:
        start = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            until = f", with all lines up to {lines.line_num}" if lines.line_num > start else ""
            faults.append((start, f"cannot be taken apart{until}"))
            continue
        if len(cells) == width:
            yield start, cells
        elif cells:
            faults.append((start, f"has {len(cells)} cells instead of {width}"))


def _batches(rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _insert(database: duckdb.DuckDBPyConnection, batch: list[tuple[int, list[str]]], places: list[int]) -> None:
    cells = [np.array([row[place].strip() for _, row in batch], dtype=object) for place in places]
    columns = {"source_row": np.array([number for number, _ in batch]), **{f"c{i}": c for i, c in enumerate(cells)}}
    texts = ", ".join(f"nullif(c{i}, '')" for i in range(len(cells)))
    database.register("batch", columns)
    database.execute(f"INSERT INTO raw SELECT source_row, {texts} FROM batch").fetchall()
    database.unregister("batch")
