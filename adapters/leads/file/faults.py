"""What was wrong with rejected rows, told in a file beside their own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import duckdb

from strategies.errors import ConfigError


class Rejected(NamedTuple):
    """Rows of a file that could not be used.

    Attributes
    ----------
    rejected : int
        How many.
    rejected_file : Path | None
        Where they are explained; None when there are none.
    first_faults : tuple of ConfigError
        Some of what was wrong, each with file and line, and what is allowed there.
    """

    rejected: int
    rejected_file: Path | None
    first_faults: tuple[ConfigError, ...]


def tell_faults(database: duckdb.DuckDBPyConnection, file: Path) -> Rejected:
    """Explain the rejected rows of `file` in ``<name>.rejected.csv`` beside it.

    Raises
    ------
    ConfigError
        When that file cannot be written.
    """
    side_file = file.with_name(f"{file.stem}.rejected.csv")
    write_faults(database, side_file)
    ((rejected,),) = database.execute("SELECT count(DISTINCT source_row) FROM fault").fetchall()
    return Rejected(rejected, side_file if rejected else None, first_faults(database, file))


def write_faults(database: duckdb.DuckDBPyConnection, side_file: Path) -> None:
    """Explain the rejected rows in `side_file`; remove what an earlier run left there if there are none."""
    faults = database.execute("SELECT * FROM fault ORDER BY ALL").fetchall()
    try:
        if not faults:
            if side_file.exists():  # on read-only media even the removal of nothing is an error
                side_file.unlink()
            return
        with side_file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("row", "field", "reason", "allowed"))
            writer.writerows(faults)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigError(
            f"the rejected rows cannot be written: {reason}", file=str(side_file), hint="make its folder writable"
        ) from None


def first_faults(database: duckdb.DuckDBPyConnection, file: Path, number: int = 3) -> tuple[ConfigError, ...]:
    """Return the first faults of `file`, each with its line and what is allowed there; no cell is repeated."""
    rows = database.execute("SELECT source_row, field, reason, allowed FROM fault ORDER BY ALL LIMIT ?", [number])
    return tuple(
        ConfigError(" ".join(filter(None, (field, reason))), file=str(file), line=row, hint=f"allowed: {allowed}")
        for row, field, reason, allowed in rows.fetchall()
    )


def nothing_usable(database: duckdb.DuckDBPyConnection, file: Path, side_file: Path) -> ConfigError:
    """Return the error about a file without a good row."""
    rows = database.execute("SELECT source_row, field, reason, allowed FROM fault ORDER BY ALL LIMIT 1").fetchall()
    if not rows:
        return ConfigError("no row can be used", file=str(file), hint="write accounts below the first line")
    row, field, reason, allowed = rows[0]
    hint = f"row {row}: {' '.join(filter(None, (field, reason)))}; allowed: {allowed}; all of them are in {side_file}"
    return ConfigError("no row can be used", file=str(file), hint=hint)
