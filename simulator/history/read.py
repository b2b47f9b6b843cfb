"""A history opened in a database of its own, and the settings under which it happened."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec

from dialer.core.settings import RunSettings
from dialer.ports.history import SETTINGS_FILE
from dialer.ports.history_files import relate
from strategies.errors import ConfigError

_HINT = "name a folder that `paceline history import` wrote"


def open_history(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with a view for each table of the history in `folder`; instants show in UTC.

    Raises
    ------
    ConfigError
        When it is not a history, has no attempts, or a table lacks a required column.
    """
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'").fetchall()
    relate(folder, database)
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
