"""What was found in calls, mark by mark: as rows of a history's table ``quality``, held for counting and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from dialer.insight.tables import History
from dialer.ports.history import sql_columns


class Mark(msgspec.Struct, frozen=True):
    """One row of the table ``quality`` (`dialer.ports.history.QUALITY`): a violation, or `CLEAN` for a clean call.

    `evidence` holds the phrase of the pack, and never what stood around it: there may be names in that.
    """

    attempt: str
    violation: str
    agent: str
    from_s: float | None = None
    duration_s: float | None = None
    evidence: str = ""


@contextmanager
def held(marks: Sequence[Mark]) -> Iterator[History]:
    """Hold marks as a history of which nothing but the table ``quality`` is known."""
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE agents ({sql_columns('agents')})")
        database.execute(f"CREATE TABLE quality ({sql_columns('quality')})")
        if marks:
            names = Mark.__struct_fields__
            columns = [[getattr(mark, name) for mark in marks] for name in names]
            given = ", ".join("unnest(?)" for _ in names)
            database.execute(f"INSERT INTO quality ({', '.join(names)}) SELECT {given}", columns)
        yield History(database, frozenset({"quality"}))


def write(history: History, file: Path) -> None:
    """Write the table ``quality`` as Parquet.

    Raises
    ------
    duckdb.Error
        When the file cannot be written.
    """
    quoted = str(file).replace("'", "''")
    history.database.execute(f"COPY quality TO '{quoted}' (FORMAT PARQUET)")
