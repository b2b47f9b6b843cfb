"""A log that a command reads: a journal becomes a history on the way, a folder is one."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dialer.insight.tables import History, open_history
from strategies.compliance.rulebook import Purpose


def opened(log: Path, database: duckdb.DuckDBPyConnection) -> tuple[History, dict[str, Purpose]]:
    """Open a history or a journal in `database`; return it with what campaigns are for, as far as the log says."""
    return open_history(log, database), {}
