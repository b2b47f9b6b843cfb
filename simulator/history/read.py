"""A history as relations of a DuckDB connection: every table of the contract, empty where the folder has none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec

from dialer.core.settings import RunSettings
from dialer.ports.history import SETTINGS_FILE, TABLES, sql_columns
from strategies.errors import ConfigError

_HINT = "name a folder that `paceline history import` wrote"


def open_history(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with a view for each table of the history in `folder`; instants show in UTC.

    Raises
    ------
    ConfigError
        When it is not a history, has no attempts, or a table has not the columns of the contract.
    """
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'").fetchall()
    for table, columns in TABLES.items():
        files = _files(folder, table)
        if not files:
            database.execute(f"CREATE TABLE {table} ({sql_columns(table)})").fetchall()
            continue
        names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        source = f"read_parquet([{names}], union_by_name = true)"
        try:
            found = {name for name, *_ in database.execute(f"DESCRIBE FROM {source}").fetchall()}
            cells = ", ".join(
                f'CAST("{column.name}" AS {column.type}) AS "{column.name}"'
                if column.name in found
                else f'CAST(NULL AS {column.type}) AS "{column.name}"'
                for column in columns
                if _needed(column.name, found, required=column.required, table=table, file=files[0])
            )
            database.execute(f"CREATE VIEW {table} AS SELECT {cells} FROM {source}").fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(f"cannot be read: {reason}", file=str(files[0]), hint=_HINT) from None
    ((attempts,),) = database.execute("SELECT count(*) FROM attempts").fetchall()
    if not attempts:
        raise ConfigError("the history has no attempts", file=str(folder), hint=_HINT)
    return database


def settings_of(folder: Path) -> RunSettings | None:
    """Return the settings under which a history happened, None where they are not known."""
    file = folder / SETTINGS_FILE
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=RunSettings)
    except msgspec.MsgspecError as error:
        raise ConfigError(f"these are no settings of a run: {error}", file=str(file), hint=_HINT) from None


def _files(folder: Path, table: str) -> list[Path]:
    if not folder.is_dir():
        raise ConfigError("there is no such folder", file=str(folder), hint=_HINT)
    one = folder / f"{table}.parquet"
    files = [one] if one.is_file() else sorted((folder / table).glob("*.parquet"))
    if table == "attempts" and not files:
        raise ConfigError("the folder has no attempts.parquet", file=str(folder), hint=_HINT)
    return files


def _needed(name: str, found: set[str], *, required: bool, table: str, file: Path) -> bool:
    if required and name not in found:
        raise ConfigError(f"{table} lacks the column {name}", file=str(file), hint=_HINT)
    return True
