"""Other diallers' logs as tables of texts: CSV, Parquet and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np

from adapters.history.mapping import Mapping, Source
from strategies.errors import ConfigError

_KINDS = (".csv", ".txt", ".log", ".parquet", ".sqlite", ".db")
_BATCH = 10_000


def load_sources(paths: Sequence[Path], mapping: Mapping, database: duckdb.DuckDBPyConnection) -> dict[str, Path]:
    """Make a table of texts for every source of `mapping`, each with the column ``row``; return their files.

    A file belongs to the source with whose name its own begins; a single file to a single source; a SQLite
    file to the sources that are its tables. Lines that cannot be taken apart are put into ``rejected``.

    Raises
    ------
    ConfigError
        When a source has no file, or one cannot be read.
    """
    files = [file for path in paths for file in _files(path)]
    found: dict[str, Path] = {}
    for name, source in mapping.sources.items():
        file = _file_of(name, files, len(mapping.sources))
        if file is None:
            hint = f"name a file {name}.csv, {name}.parquet or a SQLite file with the table {name}"
            given = ", ".join(file.name for file in files) or "nothing"
            raise ConfigError(f"the mapping needs the log {name}, given is {given}", file=str(paths[0]), hint=hint)
        found[name] = file
        try:
            if file.suffix.lower() in (".sqlite", ".db"):
                _load_sqlite(name, file, database)
            elif file.suffix.lower() == ".parquet":
                _load_parquet(name, file, database)
            else:
                _load_csv(name, file, source, database)
        except (duckdb.Error, sqlite3.Error) as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(f"cannot be read: {reason}", file=str(file), hint="check the file") from None
    return found


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ConfigError("there is no such file", file=str(path), hint="check the path")
    if path.is_dir():
        yield from sorted(file for file in path.iterdir() if file.suffix.lower() in _KINDS)
    else:
        yield path


def _file_of(name: str, files: list[Path], sources: int) -> Path | None:
    for file in files:
        if file.suffix.lower() in (".sqlite", ".db"):
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
                if name in {table for (table,) in database.execute("SELECT name FROM sqlite_master")}:
                    return file
        elif file.stem.lower() == name:
            return file
    begins = [file for file in files if file.stem.lower().startswith(name)]
    if len(begins) == 1:
        return begins[0]
    return files[0] if len(files) == sources == 1 and files[0].suffix.lower() not in (".sqlite", ".db") else None


def _load_csv(name: str, file: Path, source: Source, database: duckdb.DuckDBPyConnection) -> None:
    options = ["all_varchar = true", "store_rejects = true", "nullstr = ['', 'NULL', '\\N']", "parallel = false"]
    if source.delimiter:
        options.append(f"delim = {_text(source.delimiter)}")
    if source.names:
        columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in source.names)
        options += ["header = false", f"columns = {{{columns}}}", "auto_detect = false", "null_padding = true"]
    else:
        options.append("header = true")
    if source.names and not source.delimiter:
        options.append("delim = ','")
    first = 1 if source.names else 2
    read = f"read_csv({_text(str(file))}, {', '.join(options)})"
    database.execute(
        f"CREATE TABLE {name} AS SELECT row_number() OVER () + {first - 1} AS row, * FROM {read}"
    ).fetchall()
    database.execute(
        "INSERT INTO rejected SELECT ?, line, '', 'the line cannot be taken apart', 'as many cells as the first line' "
        "FROM (SELECT DISTINCT line FROM reject_errors)",
        [str(file)],
    ).fetchall()
    for table in ("reject_errors", "reject_scans"):
        database.execute(f"DROP TABLE {table}").fetchall()


def _load_parquet(name: str, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    source = f"read_parquet({_text(str(file))}, file_row_number = true)"
    cells = "CAST(COLUMNS(* EXCLUDE file_row_number) AS VARCHAR)"
    database.execute(f"CREATE TABLE {name} AS SELECT file_row_number + 1 AS row, {cells} FROM {source}").fetchall()


def _load_sqlite(name: str, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.text_factory = lambda cell: cell.decode(errors="replace")
        rows = source.execute(f'SELECT * FROM "{name}"')
        header = [column for column, *_ in rows.description]
        columns = ", ".join(f'"{column}" VARCHAR' for column in header)
        database.execute(f"CREATE TABLE {name} (row BIGINT, {columns})").fetchall()
        number = 0
        while batch := rows.fetchmany(_BATCH):
            cells = {"row": np.arange(number + 1, number + len(batch) + 1)}
            for place in range(len(header)):
                texts = [None if row[place] is None else str(row[place]) for row in batch]
                cells[f"c{place}"] = np.array(texts, dtype=object)
            database.register("batch", cells)
            database.execute(f"INSERT INTO {name} FROM batch").fetchall()
            database.unregister("batch")
            number += len(batch)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
