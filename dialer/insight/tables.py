"""A history opened for reading: its tables, complete in columns, and which of them are known."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import duckdb

from dialer.ports.history_files import relate

TEAM_OF = "SELECT agent, max(team) AS team FROM agents GROUP BY agent"
"""The team of each agent, as SQL; who changed it belongs to the last one by name."""


class Rows(Protocol):
    """The result of a query."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return its rows."""
        ...


class Database(Protocol):
    """Where a history's tables lie and are asked in SQL: DuckDB, or a cluster's engine that understands the same."""

    def execute(self, query: str, parameters: Any = None, /) -> Rows:
        """Run a query, or make a table or a view, or add rows to one; a ``?`` is the next of the parameters."""
        ...


class Tables(Protocol):
    """The tables of a history, wherever they lie; `known` as in `History`."""

    @property
    def database(self) -> Database:
        """Where the tables lie."""
        ...

    @property
    def known(self) -> frozenset[str]:
        """The tables of which the history says everything."""
        ...

    @property
    def in_process(self) -> bool:
        """Whether the database is DuckDB in this process, which shares memory with compiled functions."""
        ...

    def local(self, table: str) -> Database:
        """Return a DuckDB of this process that has the table as it is now."""
        ...


class History(NamedTuple):
    """The tables of a history.

    Attributes
    ----------
    database : duckdb.DuckDBPyConnection
        Has a table or a view for each table of the contract, and ``numbered``: attempts with their place as ``n``.
    known : frozenset of str
        Those of which the history says everything. Of the others nothing is known, and they are empty.
    """

    database: duckdb.DuckDBPyConnection
    known: frozenset[str]

    @property
    def in_process(self) -> bool:
        """It is."""
        return True

    def local(self, table: str) -> duckdb.DuckDBPyConnection:
        """Return the database."""
        return self.database


def open_history(folder: Path, database: duckdb.DuckDBPyConnection, told: Collection[str] = ()) -> History:
    """Open the history in `folder`; the tables `told` are known to be empty where they are missing.

    Raises
    ------
    ConfigError
        When there is no table ``attempts``, or a file cannot be read or lacks a required column.
    """
    return History(database, relate(folder, database) | frozenset(told))
