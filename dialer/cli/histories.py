"""A log that a command reads: a journal becomes a history on the way, a folder is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec

from adapters.history.journals import import_journal
from adapters.history.writer import HistoryWriter
from adapters.journal.sqlite import SqliteJournal
from dialer.core.errors import JournalError
from dialer.core.settings import RunSettings
from dialer.insight.tables import History, open_history
from dialer.insight.timeline.rows import Found, rows_about
from strategies.compliance.rulebook import Purpose
from strategies.errors import ConfigError

TOLD = ("suppressions", "consents", "inbound")
"""Tables of which a journal says everything: where they are missing there was nothing."""


def the_log(journal: Path | None, history: Path | None) -> Path:
    """Return the one of both that is named; `ConfigError` when none or both are, or the history is no folder."""
    match journal, history:
        case Path(), None:
            return journal
        case None, Path():
            if not history.is_dir():
                hint = "name a folder with attempts.parquet, as `paceline history import` writes it"
                raise ConfigError("there is no such folder", file=str(history), hint=hint)
            return history
        case _:
            problem = "no log is named" if journal is None else "two logs are named"
            raise ConfigError(problem, hint="write --journal with a file, or --history with a folder")


@contextmanager
def opened(log: Path, memory: str = "6GiB") -> Iterator[tuple[History, dict[str, Purpose]]]:
    """Open a journal or a history; yield it with what campaigns are for, as far as its settings say.

    Raises
    ------
    ConfigError
        When a folder holds no history.
    JournalError
        When a journal cannot be read, or was changed after it was written.
    """
    # In a file of its own a table that does not fit into memory is written once, and compressed.
    with TemporaryDirectory() as spare, duckdb.connect(f"{spare}/tables.duckdb") as database:
        database.execute("SET memory_limit = ?", [memory]).fetchall()
        database.execute("SET TimeZone = 'UTC'").fetchall()
        folder = log if log.is_dir() else _converted(log, Path(spare))
        settings = folder / "settings.json"
        if not settings.exists():
            yield open_history(folder, database), {}
            return
        campaigns = msgspec.json.decode(settings.read_bytes(), type=RunSettings).campaigns
        yield open_history(folder, database, TOLD), {campaign.id: campaign.purpose for campaign in campaigns}


def found_in(folder: Path, subject: str) -> Found | None:
    """Return what a history has about a call, an account or an agent; None for nothing.

    Raises
    ------
    ConfigError
        When the folder holds no history, or a file of it cannot be read.
    """
    with opened(folder) as (tables, _):
        try:
            return rows_about(subject, tables)
        except duckdb.Error as error:
            # The text of a failed conversion quotes the value.
            is_value = isinstance(error, duckdb.ConversionException)
            reason = "a value is not of its column's type" if is_value else str(error).splitlines()[0]
            raise ConfigError(f"cannot be read: {reason}", file=str(folder), hint="check that it is whole") from None


def _converted(log: Path, spare: Path) -> Path:
    journal, writer = SqliteJournal.reader(log), HistoryWriter(spare / "history")
    try:
        import_journal(journal, str(log), writer)
    finally:
        journal.close()
    if writer.close().rejected:
        raise JournalError(f"{log} was changed after it was written: `paceline journal verify {log}` says where")
    return spare / "history"
