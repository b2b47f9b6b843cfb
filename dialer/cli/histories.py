"""A log that a command reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from dialer.insight.tables import History, open_history
from strategies.compliance.rulebook import Party, Purpose
from strategies.errors import ConfigError


class Told(NamedTuple):
    """What campaigns are for, and as whom persons were called, as far as the log's own settings say."""

    purposes: Mapping[str, Purpose]
    party: Party | None


@contextmanager
def opened(log: Path, memory: str = "6GiB") -> Iterator[tuple[History, Told]]:
    """Open the folder of a history; yield it with what its own settings say.

    Raises
    ------
    ConfigError
        When it holds no history.
    """
    if not log.is_dir():
        raise ConfigError("this is no folder", file=str(log), hint="name the folder of a history")
    with duckdb.connect() as database:
        database.execute("SET memory_limit = ?", [memory]).fetchall()
        database.execute("SET TimeZone = 'UTC'").fetchall()
        yield open_history(log, database), Told({}, None)
