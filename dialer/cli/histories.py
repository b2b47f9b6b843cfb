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
from strategies.compliance.rulebook import Purpose

TOLD = ("suppressions", "consents", "inbound")
"""Tables of which a journal says everything: where they are missing there was nothing."""


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


def _converted(log: Path, spare: Path) -> Path:
    journal, writer = SqliteJournal.reader(log), HistoryWriter(spare / "history")
    try:
        import_journal(journal, str(log), writer)
    finally:
        journal.close()
    if writer.close().rejected:
        raise JournalError(f"{log} was changed after it was written: `paceline journal verify {log}` says where")
    return spare / "history"
