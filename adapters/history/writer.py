"""Writes the tables of a history; what cannot be used is listed beside them, with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec

from dialer.ports.history import TABLES, sql_columns
from strategies.errors import ConfigError

REJECTED_FILE = "rejected.csv"

DAILY = {"attempts": "placed_at", "agents": "from_at", "inbound": "at"}
"""Tables that grow with every day, and the instant that says on which day (UTC) a row belongs."""

_BATCH = 5_000


class Rejected(NamedTuple):
    """A row that cannot be used. `row`: its line or number in the source; `allowed`: what to write instead."""

    source: str
    row: int
    table: str
    reason: str
    allowed: str


class Written(NamedTuple):
    """What a folder holds now.

    Attributes
    ----------
    rows : dict of str to int
        By table that has any, how many.
    rejected : int
        Rows that were not taken.
    reasons : tuple of (str, int)
        Why, the most frequent first.
    first : tuple of str
        Some of them, each with its place.
    """

    rows: dict[str, int]
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    first: tuple[str, ...]


class HistoryWriter:
    """A history that is being written. Nothing is in the folder before `close`.

    Parameters
    ----------
    folder : Path
        Does not exist yet, or is empty.
    by_day : bool
        Whether the tables of `DAILY` become a file for each day, such as ``attempts/day=2026-11-23/0.parquet``.

    Attributes
    ----------
    database : duckdb.DuckDBPyConnection
        Has the tables of a history and the table ``rejected``; an importer may fill them itself.
    """

    def __init__(self, folder: Path, by_day: bool = False) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "name a folder that does not exist yet"
            raise ConfigError("there is something at this place already", file=str(folder), hint=hint)
        self._folder, self._by_day = folder, by_day
        self.settings: bytes | None = None
        self.database = duckdb.connect()
        self.database.execute("SET TimeZone = 'UTC'").fetchall()
        self.database.execute("SET preserve_insertion_order = true").fetchall()
        for table in TABLES:
            self.database.execute(f"CREATE TABLE {table} ({sql_columns(table)})").fetchall()
        self.database.execute(
            'CREATE TABLE rejected (source VARCHAR, row BIGINT, "table" VARCHAR, reason VARCHAR, allowed VARCHAR)'
        ).fetchall()
        self._unsaved: dict[str, list[Mapping[str, Any]]] = {table: [] for table in TABLES}

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row; instants are whole nanoseconds since the epoch, a column that is absent is null."""
        rows = self._unsaved[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._save(table)

    def flush(self) -> None:
        """Put every row that was added into the database."""
        for table in TABLES:
            self._save(table)

    def reject(self, rejected: Rejected) -> None:
        """List a row that cannot be used."""
        self.database.execute("INSERT INTO rejected VALUES (?, ?, ?, ?, ?)", list(rejected)).fetchall()

    def close(self) -> Written:
        """Write the folder.

        Raises
        ------
        ConfigError
            When there is not one attempt, or the folder cannot be written.
        """
        self.flush()
        self._keep_one_of_each()
        written = self._written()
        if "attempts" not in written.rows:
            raise self._nothing_usable(written)
        unready = self._folder.with_name(f"{self._folder.name}.unfinished")
        try:
            shutil.rmtree(unready, ignore_errors=True)
            unready.mkdir(parents=True)
            for table in written.rows:
                self._write(table, unready)
            if written.rejected:
                target = str(unready / REJECTED_FILE).replace("'", "''")
                self.database.execute(f"COPY (FROM rejected ORDER BY ALL) TO '{target}' (FORMAT CSV)").fetchall()
            if self.settings is not None:
                (unready / "settings.json").write_bytes(self.settings)
            if self._folder.exists():
                self._folder.rmdir()
            unready.rename(self._folder)
        except (OSError, duckdb.Error) as error:
            reason = str(error).splitlines()[0]
            hint = "name a folder where files may be made"
            raise ConfigError(f"cannot be written: {reason}", file=str(self._folder), hint=hint) from None
        self.database.close()
        return written

    def _write(self, table: str, folder: Path) -> None:
        order = "ORDER BY placed_at, attempt" if table == "attempts" else ""
        parts = {folder / f"{table}.parquet": "TRUE"}
        if self._by_day and table in DAILY:
            day = f'CAST("{DAILY[table]}" AS DATE)'
            days = self.database.execute(f"SELECT DISTINCT CAST({day} AS VARCHAR) FROM {table}").fetchall()
            parts = {folder / table / f"day={one}" / "0.parquet": f"{day} = '{one}'" for (one,) in days}
        for file, condition in parts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            target = str(file).replace("'", "''")
            self.database.execute(
                f"COPY (FROM {table} WHERE {condition} {order}) TO '{target}' (FORMAT PARQUET)"
            ).fetchall()

    def _save(self, table: str) -> None:
        rows = self._unsaved[table]
        if not rows:
            return
        kinds = {column.name: column.type for column in TABLES[table]}
        shape = {name: "BIGINT" if kind == "TIMESTAMPTZ" else kind for name, kind in kinds.items()}
        structure = msgspec.json.encode([shape]).decode()
        cells = ", ".join(
            f'make_timestamptz(cell."{name}" // 1000)' if kind == "TIMESTAMPTZ" else f'cell."{name}"'
            for name, kind in kinds.items()
        )
        self.database.execute(
            f"INSERT INTO {table} SELECT {cells} FROM (SELECT unnest(from_json(CAST(? AS JSON), ?)) AS cell)",
            [msgspec.json.encode(rows).decode(), structure],
        ).fetchall()
        rows.clear()

    def _keep_one_of_each(self) -> None:
        """Reject the attempts whose id an earlier one has."""
        again = "FROM attempts QUALIFY row_number() OVER (PARTITION BY attempt ORDER BY rowid) > 1"
        self.database.execute(
            f"INSERT INTO rejected SELECT attempt, 0, 'attempts', 'the attempt is there already', "
            f"'an id of its own for every attempt' FROM (SELECT attempt {again})"
        ).fetchall()
        self.database.execute(f"DELETE FROM attempts WHERE rowid IN (SELECT rowid {again})").fetchall()

    def _written(self) -> Written:
        counts = {table: self._count(table) for table in TABLES}
        reasons = self.database.execute(
            "SELECT reason, count(*) FROM rejected GROUP BY reason ORDER BY count(*) DESC, reason"
        ).fetchall()
        first = self.database.execute(
            "SELECT source, row, reason, allowed FROM rejected ORDER BY ALL LIMIT 3"
        ).fetchall()
        return Written(
            {table: count for table, count in counts.items() if count},
            self._count("rejected"),
            tuple((reason, count) for reason, count in reasons),
            tuple(f"{source}:{row}: {reason} (allowed: {allowed})" for source, row, reason, allowed in first),
        )

    def _count(self, table: str) -> int:
        ((count,),) = self.database.execute(f"SELECT count(*) FROM {table}").fetchall()
        return count

    def _nothing_usable(self, written: Written) -> ConfigError:
        if not written.rejected:
            hint = "a history needs at least one attempt that is over"
            return ConfigError("there is no attempt in it", file=str(self._folder), hint=hint)
        return ConfigError(
            f"none of its {written.rejected:,} rows can be used", file=str(self._folder), hint="; ".join(written.first)
        )
