"""Reading a CSV or Parquet file into the table ``raw``, all cells as texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from strategies.errors import ConfigError

BATCH = 50_000
"""Rows that are in memory as Python texts at a time: some 50 MB with ten columns."""

PHONE = re.compile(r"phones|phone_[0-9]+")
"""Columns of numbers."""

_EXPECTED = "account_id, person_id, phones (or phone_1, phone_2, ...), zones (optional)"


def wanted(header: Sequence[str], fields: Sequence[str], file: str) -> list[str]:
    """Return the columns to be read, in the file's order.

    Raises
    ------
    ConfigError
        When a column is missing or there twice.
    """
    known = {"account_id", "person_id", "zones", *fields}
    found = [name for name in header if name in known or PHONE.fullmatch(name)]
    for name in found:
        if found.count(name) > 1:
            raise ConfigError(f"the column {name} is there twice", file=file, line=1, hint="keep one of the two")
    for name in ("account_id", "person_id", *fields):
        if name not in found:
            hint = f"expected: {', '.join([_EXPECTED, *fields])}; separated by commas, names in the first line"
            raise ConfigError(f"the column {name} is missing", file=file, line=1, hint=hint)
    if not any(map(PHONE.fullmatch, found)):
        hint = "numbers such as +12125550123, separated by semicolons, or in columns phone_1, phone_2, ..."
        raise ConfigError("the column phones is missing", file=file, line=1, hint=hint)
    return found


def read_raw(path: Path, fields: Sequence[str], database: duckdb.DuckDBPyConnection) -> list[str]:
    """Fill ``raw`` and ``fault`` (rows that could not be taken apart), and return the columns of ``raw``.

    ``source_row`` is the line on which a CSV row starts (the header is line 1), or the number of a
    Parquet row, from 1.

    Raises
    ------
    ConfigError
        When the file as a whole cannot be read.
    """
    database.execute(
        "CREATE TABLE fault (source_row BIGINT, field VARCHAR, reason VARCHAR, allowed VARCHAR)"
    ).fetchall()
    if path.suffix.lower() == ".csv":
        return _read_csv(path, fields, database)
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, fields, database)
    raise ConfigError("this is neither CSV nor Parquet", file=str(path), hint="name the file *.csv or *.parquet")


def _read_parquet(path: Path, fields: Sequence[str], database: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        source = database.read_parquet(str(path), file_row_number=True)
        types = dict(zip(source.columns, source.types, strict=True))
        columns = wanted(source.columns, fields, str(path))
        cells = ", ".join(_parquet_cell(name, str(types[name]), str(path)) for name in columns)
        source.project(f"file_row_number + 1 AS source_row, {cells}").create("raw")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the file and its path") from None
    return columns


def _parquet_cell(name: str, kind: str, file: str) -> str:
    if kind == "VARCHAR[]" and (name == "zones" or PHONE.fullmatch(name)):
        return f"nullif(array_to_string({name}, ';'), '') AS {name}"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB")):
        hint = "store one plain value a row; phones and zones may be lists of texts"
        raise ConfigError(f"the column {name} has the type {kind}", file=file, hint=hint)
    return f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}"


def _read_csv(path: Path, fields: Sequence[str], database: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [name.strip() for name in next(lines, [])]
            columns = wanted(header, fields, str(path))
            names = ", ".join(f"{name} VARCHAR" for name in columns)
            database.execute(f"CREATE TABLE raw (source_row BIGINT, {names})").fetchall()
            faults: list[tuple[int, str]] = []
            for batch in _batches(_rows(lines, len(header), faults)):
                _insert(database, batch, [header.index(name) for name in columns])
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the path") from None
    except csv.Error as error:
        raise ConfigError(f"the first line cannot be read: {error}", file=str(path), line=1, hint=_EXPECTED) from None
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
