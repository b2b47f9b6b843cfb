"""Which account was dispatched to which agent, from the file that `paceline assign` writes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from strategies.errors import ConfigError


def read_assigned(path: Path) -> dict[str, str]:
    """Return by account the agent to whom it was dispatched; accounts without one are absent.

    Raises
    ------
    ConfigError
        When the file cannot be read or lacks the columns ``account_id`` and ``agent_id``.
    """
    with duckdb.connect() as database:
        try:
            read = database.read_csv if path.suffix == ".csv" else database.read_parquet
            relation = read(str(path))
            found = relation.filter("agent_id IS NOT NULL").project("account_id::VARCHAR, agent_id::VARCHAR")
            return dict(found.fetchall())
        except (duckdb.Error, OSError):
            hint = "name the .parquet or .csv file that `paceline assign` wrote"
            raise ConfigError("this is no file of assigned accounts", file=str(path), hint=hint) from None
